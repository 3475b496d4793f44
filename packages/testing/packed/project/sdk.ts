import { Octokit } from '@octokit/core';
import { reportOf } from '@twicesafe/sdks';
import { twicesafe } from '@twicesafe/sdks/octokit';

let requests = 0;
const answering = async (): Promise<Response> => {
  requests++;
  return Response.json({ requests }, { status: requests === 1 ? 503 : 200 });
};

const Safe = Octokit.plugin(twicesafe());
const octokit = new Safe({ request: { fetch: answering } });
const response = await octokit.request('GET /rate_limit');

if (requests !== 2 || reportOf(response)?.attempts.length !== 2) throw new Error(`octokit: ${requests} requests`);
