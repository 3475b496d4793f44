import { connect } from 'node:net';

/** A request as it stands on the wire. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A response as it stands on the wire. */
export interface RawResponse {
  readonly status: number;
  /** The header lines in lower case, in their order. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Sends a request byte for byte, which fetch does not let one do, and reads until the server closes the connection. */
export async function sendRaw(url: string, request: RawRequest): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  const { method = 'POST', path = '/payments', headers = [], body = '' } = request;
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${hostname}:${port}`, 'Connection: close', ...headers];
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  const chunks: Buffer[] = await socket.toArray();

  const text = Buffer.concat(chunks).toString('latin1');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [start = '', ...fields] = head.split('\r\n');
  return {
    status: Number(start.split(' ')[1]),
    headers: fields.map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase())),
    body: rest.join('\r\n\r\n'),
  };
}

/** Starts a request and leaves before the response. */
export async function sendAndLeave(url: string, { headers = [], body = '' }: RawRequest): Promise<() => void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const lines = ['POST /payments HTTP/1.1', `Host: ${hostname}:${port}`, ...headers];
  socket.write(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return () => void socket.destroy();
}
