import type postgres from 'postgres';
import { TargetError, UsageError } from '../../contracts/errors.ts';
import { type Progress, silent } from '../../contracts/progress.ts';
import { connectDatabase } from '../database-connection.ts';
import type { Target } from '../target.ts';
import { type ApiReading, readApi, versionFromOpenApi } from './api.ts';
import type { DatabaseAccess } from './database-url.ts';
import type { StagingConfiguration } from './guard.ts';
import { isSession, readSession, transactionPooler } from './pooler.ts';
import { databaseProblem } from './postgres-problems.ts';
import { proveSameDatabase, type SameDatabase } from './same-database.ts';

/** A hosted project that passed the guard and answers: address, key and database belong together. */
export interface StagingTarget extends Target {
  readonly kind: 'staging';
  /** Schemas that PostgREST serves now, the default one first; null when it did not list them. */
  readonly exposedSchemas: readonly string[] | null;
  /** `undecided` where no row could be compared; then the isolated schema has to prove it. null: API only. */
  readonly sameDatabase: SameDatabase | null;
  /** For people; no secrets. */
  readonly warnings: readonly string[];
}

export interface OpenStagingOptions {
  /** The deployed schema. Default `public`. */
  source?: string | undefined;
  progress?: Progress | undefined;
}

/**
 * Opens a hosted project for a run and writes nothing to it.
 *
 * @throws TargetError when API or database do not answer or refuse, when the connection is no session, or when both
 *   lead to different databases; no message has a secret
 */
export async function openStaging(
  configuration: StagingConfiguration,
  options: OpenStagingOptions = {},
): Promise<StagingTarget> {
  const { projectRef, supabaseUrl, restUrl, database, secrets } = configuration;
  const { source = 'public', progress = silent } = options;
  const access = { restUrl, secretKey: configuration.key.value, secrets };
  progress(`asking the API of ${projectRef}`);
  const api = await readApi(access);
  let sameDatabase: SameDatabase | null = null;
  let seen: DatabaseReading = { postgresql: null, postgrest: null };
  if (database !== null) {
    progress(`connecting to ${database.host}`);
    await withSession(database, async (sql) => {
      seen = await readDatabase(sql);
      progress('comparing what API and database show');
      sameDatabase = await proveSameDatabase(sql, access, { source });
    });
  }
  const versions = await versionsOf(api, seen, () => versionFromOpenApi(access, source));
  const via = database === null ? 'API only' : `API and database, ${database.kind}`;
  return {
    kind: 'staging',
    project: projectRef,
    description: `staging project ${projectRef} at ${supabaseUrl} (${via})`,
    supabaseUrl,
    restUrl,
    secretKey: configuration.key.value,
    databaseUrl: database?.url ?? null,
    versions,
    secrets,
    exposedSchemas: api.exposedSchemas,
    sameDatabase,
    warnings: configuration.warnings,
    stop: async () => {},
  };
}

/** What the database tells about itself and about PostgREST. */
export interface DatabaseReading {
  /** `17.4` */
  readonly postgresql: string | null;
  /** PostgREST's version, from the name of its connections. */
  readonly postgrest: string | null;
  /** Processor that the server was built for: `aarch64`. */
  readonly machine?: string | null;
}

/** Reads the versions that the database knows. */
export async function readDatabase(sql: postgres.Sql): Promise<DatabaseReading> {
  const [row] = await sql<{ server: string; full: string; postgrest: string | null }[]>`
    select current_setting('server_version') as server, version() as full,
           (select application_name from pg_stat_activity
             where application_name ~* '^postgrest \d' order by backend_start desc limit 1) as postgrest`;
  return {
    postgresql: /^\d+(\.\d+)*/.exec(row?.server ?? '')?.[0] ?? null,
    postgrest: /\d+(\.\d+)*/.exec(row?.postgrest ?? '')?.[0] ?? null,
    machine: / on ([a-z0-9_]+)-/.exec(row?.full ?? '')?.[1] ?? null,
  };
}

/** The versions that are known, PostgREST's from the first of three places that has it. */
export async function versionsOf(
  api: ApiReading,
  seen: DatabaseReading,
  openApi: () => Promise<string | null>,
): Promise<Record<string, string>> {
  const postgrest = api.postgrestVersion ?? seen.postgrest ?? (await openApi());
  return {
    ...(seen.postgresql === null ? {} : { postgresql: seen.postgresql }),
    ...(postgrest === null ? {} : { postgrest }),
  };
}

/**
 * Runs something on a connection to a project's database that was shown to be a session of its own.
 *
 * @throws TargetError in words when it cannot be reached, or is a transaction pooler's; whatever `use` throws
 */
export async function withSession<T>(
  database: DatabaseAccess,
  use: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = await connectOrExplain(database);
  try {
    const other = await connectOrExplain(database);
    try {
      const reading = await readSession(sql, other);
      if (!isSession(reading)) throw transactionPooler(reading);
    } catch (error) {
      throw error instanceof TargetError ? error : databaseProblem(error, database.host);
    } finally {
      await other.end({ timeout: 1 });
    }
    return await use(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function connectOrExplain(database: DatabaseAccess): Promise<postgres.Sql> {
  try {
    return await connectDatabase(database.url, 'staging check');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw databaseProblem((error as { cause?: unknown }).cause ?? error, database.host);
  }
}
