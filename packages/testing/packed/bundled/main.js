// What an application for browsers may import.
import { wrapAxios } from '@twicesafe/axios';
import { explain, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import { traced } from '@twicesafe/opentelemetry';
import { graphql, jsonRpc } from '@twicesafe/protocols';
import axios from 'axios';
import ky from 'ky';

const options = { protocols: [graphql(), jsonRpc({ idempotent: ['eth_call'] })] };
const clients = {
  fetch: traced(wrapFetch(options)),
  axios: wrapAxios(axios.create(), options),
  ky: wrapKy(ky, options),
};
const response = await clients.fetch('/orders');
document.title = explain(response) ?? Object.keys(clients).join();
