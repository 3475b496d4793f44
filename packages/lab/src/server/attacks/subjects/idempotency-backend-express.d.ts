// The package has types, but its exports do not name them.
declare module 'idempotency-backend/express' {
  import type { RequestHandler } from 'express';

  const middleware: RequestHandler;

  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default middleware;
}
