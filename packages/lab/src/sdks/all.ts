import { anthropic } from './each/anthropic.ts';
import { aws } from './each/aws.ts';
import { azure } from './each/azure.ts';
import { connect } from './each/connect.ts';
import { contentful } from './each/contentful.ts';
import { gaxios } from './each/gaxios.ts';
import { graphqlRequest } from './each/graphql-request.ts';
import { heyApi } from './each/hey-api.ts';
import { octokit } from './each/octokit.ts';
import { octokitRetry } from './each/octokit-retry.ts';
import { ofetch } from './each/ofetch.ts';
import { openai } from './each/openai.ts';
import { openapiFetch } from './each/openapi-fetch.ts';
import { orval } from './each/orval.ts';
import { sendGrid } from './each/sendgrid.ts';
import { slack } from './each/slack.ts';
import { stripe } from './each/stripe.ts';
import { supabase } from './each/supabase.ts';
import { swr } from './each/swr.ts';
import { tanstackQuery } from './each/tanstack-query.ts';
import { trpc } from './each/trpc.ts';
import { twilio } from './each/twilio.ts';
import { wretch } from './each/wretch.ts';
import type { Sdk } from './sdk.ts';

/** In the order of the page: services first, then libraries. */
export const sdks: readonly Sdk[] = [
  openai,
  anthropic,
  stripe,
  supabase,
  octokit,
  octokitRetry,
  aws,
  azure,
  slack,
  twilio,
  sendGrid,
  contentful,
  graphqlRequest,
  trpc,
  connect,
  openapiFetch,
  heyApi,
  orval,
  ofetch,
  wretch,
  gaxios,
  tanstackQuery,
  swr,
];
