import type { ServerResponse } from 'node:http';
import { type OperationDefinitionNode, parse } from 'graphql';

/** What the shop asks for in a 429: one second, until 50 points are back. */
const THROTTLED = {
  errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
  extensions: {
    cost: {
      requestedQueryCost: 50,
      actualQueryCost: null,
      throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 0, restoreRate: 50 },
    },
  },
};

/** The kind of a document's only operation. */
export function kindOf(document: string): string {
  return (parse(document).definitions[0] as OperationDefinitionNode).operation;
}

/** The response as a GraphQL server writes it: a result in JSON, and a 429 as Shopify's 200 with a code. */
export function asGraphql(response: ServerResponse): ServerResponse {
  const { writeHead, end } = response;
  let isThrottled = false;
  let isResult = false;
  response.writeHead = ((status: number, headers?: object) => {
    isThrottled = status === 429;
    isResult = status < 300;
    const type = isThrottled || isResult ? { 'content-type': 'application/json' } : {};
    if (isThrottled) return writeHead.call(response, 200, type as never);
    return writeHead.call(response, isResult ? 200 : status, { ...headers, ...type } as never);
  }) as typeof writeHead;
  response.end = ((text: string) => {
    const body = isThrottled ? THROTTLED : { data: { result: text } };
    return end.call(response, isThrottled || isResult ? JSON.stringify(body) : text, 'utf8');
  }) as typeof end;
  return response;
}
