/**
 * A running Supabase project that load may go to. Everything after this stage sees the target only through this
 * record, so an embedded project and a hosted one are used by the same code.
 */
export interface Target {
  readonly kind: 'local' | 'staging';
  /** The project's reference; `local` for one on this machine that has none. */
  readonly project: string;
  /** For people and files: where the load goes. Never contains a secret. */
  readonly description: string;
  /** What `createClient` of supabase-js gets: the gateway, without `/rest/v1`. */
  readonly supabaseUrl: string;
  /** Base URL of PostgREST as the load generator sees it, without a trailing slash. */
  readonly restUrl: string;
  /** service_role: a legacy JWT, or an `sb_secret_…` key. */
  readonly secretKey: string;
  /** Direct or session-pooler connection string (contains a password), or null when only the API is known. */
  readonly databaseUrl: string | null;
  /** Names and versions of what runs: `{ postgresql: '17.10', postgrest: '12.0.2' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Everything that must never be printed or written: keys, passwords, JWT secret. */
  readonly secrets: readonly string[];
  /** Ends what was started for this run. Safe to call twice. A hosted project stays as it is. */
  stop(): Promise<void>;
}
