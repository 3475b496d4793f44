import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { wrapFetch } from '@twicesafe/fetch';

export function client(url: string): SupabaseClient {
  return createClient(url, 'key', { global: { fetch: wrapFetch() }, db: { retry: false } });
}
