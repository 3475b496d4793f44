import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { wrapFetch } from '@twicesafe/fetch';
import { client } from '../recipes/supabase.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: SupabaseClient): Calls {
  return { read: () => sdk.from('orders').select(), write: () => sdk.from('orders').insert({ item: 7 }) };
}

export const supabase: Sdk = {
  name: '@supabase/supabase-js',
  file: 'supabase',
  retriesOff: '`db: { retry: false }`',
  marks: '`x-retry-count`, on repeats only',
  open: (url, options) => calls(createClient(url, 'key', options && { global: { fetch: wrapFetch(options) } })),
  recipe: (url) => calls(client(url)),
};
