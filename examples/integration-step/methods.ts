/** The methods that the step offers. */
export type Method = 'GET' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';

/** The statuses that usually mean success. */
export const METHODS: Readonly<Record<Method, readonly number[]>> = {
  GET: [200],
  PUT: [200, 201, 204],
  DELETE: [200, 202, 204],
  POST: [200, 201, 202],
  PATCH: [200, 204],
};
