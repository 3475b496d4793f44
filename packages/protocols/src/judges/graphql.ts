import { bodyJudge } from '@twicesafe/core';
import { judgeGraphql } from '../graphql/answer.ts';
import type { BodyJudge } from '../protocol.ts';
import { isJson } from '../shared/wants.ts';

/**
 * Judges GraphQL responses by the codes of their errors, whatever the HTTP status. Pass it as
 * `graphql({ judge: judges.graphql })`.
 *
 * Source: https://graphql.github.io/graphql-over-http/draft/#sec-application-graphql-response-json
 */
export const graphql: BodyJudge = /* @__PURE__ */ bodyJudge(judgeGraphql, { wants: isJson });
