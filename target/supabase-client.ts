import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import WebSocket from 'ws';
import type { Target } from './target.ts';

/** supabase-js on the schema that receives the load, with the service key and nothing kept on disk. */
// biome-ignore lint/suspicious/noExplicitAny: the schema's types are known only at run time
export type StressClient = SupabaseClient<any, any, any>;

export function createStressClient(
  target: Pick<Target, 'supabaseUrl' | 'secretKey'>,
  schema: string,
): StressClient {
  return createClient(target.supabaseUrl, target.secretKey, {
    db: { schema },
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    // Node 20 has no WebSocket of its own, and supabase-js wants one even where nothing listens for changes.
    realtime: { transport: WebSocket as never },
    global: {
      headers: { 'User-Agent': 'table-stress' },
      // Following a redirect would hand the key to whoever it names.
      fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }),
    },
  });
}
