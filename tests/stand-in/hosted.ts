import { type EmbeddedSupabase, startEmbedded } from '../../target/embedded.ts';
import { type Pooler, startPooler } from './pooler.ts';

export interface HostedStandInOptions {
  /** Folder of the application; none: an empty project. */
  migrations?: string;
  ref: string;
  /** Which of the project's keys the variables hold. Default `secret`. */
  keyKind?: 'legacy' | 'secret';
  /** What SUPABASE_DB_URL leads to; `none`: API only. Default `direct`. */
  pooler?: 'direct' | 'session' | 'transaction' | 'none';
  /** Whether PostgREST hears of changes. Default true. */
  listensForReloads?: boolean;
}

/** An embedded project that looks like a hosted one to `--target staging`. */
export interface HostedStandIn {
  readonly target: EmbeddedSupabase;
  /** What a user would have in the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Connection string by way of a pooler; the pooler ends with the stand-in. */
  databaseUrlThrough(mode: 'session' | 'transaction'): Promise<string>;
  stop(): Promise<void>;
}

export async function startHostedStandIn(options: HostedStandInOptions): Promise<HostedStandIn> {
  const { ref, migrations, keyKind = 'secret', pooler = 'direct', listensForReloads } = options;
  const target = await startEmbedded({ migrations, projectRef: ref, viaGateway: true, listensForReloads });
  const poolers: Pooler[] = [];
  const databaseUrlThrough = async (mode: 'session' | 'transaction') => {
    const url = new URL(target.databaseUrl);
    const started = await startPooler({ ref, databasePort: Number(url.port), mode });
    poolers.push(started);
    url.port = String(started.port);
    url.username = `postgres.${ref}`;
    return url.href;
  };
  const databaseUrl =
    pooler === 'session' || pooler === 'transaction' ? await databaseUrlThrough(pooler) : '';
  return {
    target,
    env: {
      SUPABASE_URL: target.supabaseUrl,
      SUPABASE_SECRET_KEY: keyKind === 'secret' ? target.secretApiKey : target.serviceRoleKey,
      SUPABASE_DB_URL: pooler === 'direct' ? target.databaseUrl : databaseUrl,
      TABLE_STRESS_PROJECT_REF: ref,
    },
    databaseUrlThrough,
    async stop() {
      for (const started of poolers) await started.close();
      await target.stop();
    },
  };
}
