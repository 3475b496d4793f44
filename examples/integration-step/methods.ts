/** The methods that the step offers, and the statuses that usually mean success. */
export const METHODS = {
  GET: [200],
  PUT: [200, 201, 204],
  DELETE: [200, 202, 204],
  POST: [200, 201, 202],
  PATCH: [200, 204],
} as const satisfies Record<string, readonly number[]>;

export type Method = keyof typeof METHODS;
