import { request } from 'node:http';

/** The client to wrap: it knows nothing of retries. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Message {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Sends a message with node:http, and reads the whole answer. */
export function send({ url, body, ...options }: Message): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, async (incoming) => {
      try {
        const text = (await incoming.setEncoding('utf8').toArray()).join('');
        resolve({
          status: incoming.statusCode ?? 0,
          headers: new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
          text,
        });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject).end(body);
  });
}
