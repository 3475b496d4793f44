// Every package, in every runtime: each entry point can be imported, and has what its README begins with.
import { safeAgent } from '@twicesafe/agent';
import { wrapAxios } from '@twicesafe/axios';
import { decide } from '@twicesafe/core/adapter';
import { FetchAttempt } from '@twicesafe/evidence';
import { wrapFetch } from '@twicesafe/fetch';
import { wrapGot } from '@twicesafe/got';
import { wrapKy } from '@twicesafe/ky';
import { traced } from '@twicesafe/opentelemetry';
import { openOutbox } from '@twicesafe/outbox';
import { postgresOutbox } from '@twicesafe/outbox/postgres';
import { graphql, jsonRpc } from '@twicesafe/protocols';
import { openApi } from '@twicesafe/protocols/openapi';
import { twicesafe as twicesafeForOctokit } from '@twicesafe/sdks/octokit';
import { idempotent } from '@twicesafe/server';
import { retry } from '@twicesafe/undici';

const functions = [
  safeAgent,
  wrapAxios,
  decide,
  FetchAttempt,
  wrapFetch,
  wrapGot,
  wrapKy,
  traced,
  openOutbox,
  postgresOutbox,
  graphql,
  jsonRpc,
  openApi,
  twicesafeForOctokit,
  idempotent,
  retry,
];
const missing = functions.filter((each) => typeof each !== 'function');
if (missing.length > 0) throw new Error(`${missing.length} entry points lack their function`);
