import type postgres from 'postgres';
import { ExitCode } from '../../../contracts/errors.ts';
import type { Check } from '../../checks.ts';
import { connectDatabase } from '../../database-connection.ts';
import { type ApiAccess, type ApiReading, versionFromOpenApi } from '../api.ts';
import type { ConfigurationOptions } from '../configuration.ts';
import type { DatabaseAccess } from '../database-url.ts';
import { type DatabaseReading, readDatabase, versionsOf, withSession } from '../open.ts';
import { implicationsOf } from '../postgrest-version.ts';
import { proveSameDatabase } from '../same-database.ts';
import { attempt, failedBy, ok, warn } from './check.ts';
import { checkApi } from './check-api.ts';
import { checkConfiguration } from './check-configuration.ts';
import {
  checkData,
  checkGrants,
  checkOverrides,
  checkRights,
  checkTimeLimits,
  checkUndo,
} from './check-database.ts';
import { checkRetries } from './check-retries.ts';

/** The schemas that checks are about. */
export interface Schemas {
  /** The project's ref. */
  readonly project: string;
  /** The deployed schema. */
  readonly source: string;
  /** The schema that a run makes and exposes. */
  readonly isolated: string;
}

export interface StagingCheckOptions extends ConfigurationOptions {
  readonly source: string;
  readonly isolated: string;
  /** Measure hidden retries: makes a function in the isolated schema, when it is there, and removes it. */
  readonly probe?: boolean | undefined;
}

/** What a hosted project lacks for a run. Each check fails by itself. */
export interface StagingReport {
  readonly checks: readonly Check[];
  /** 0, 2 when the configuration or the guard refuses, 3 when the project does. */
  readonly exitCode: ExitCode;
}

/** Checks a hosted project without writing to it. Never throws; nothing is asked of a project that the guard refuses. */
export async function checkStaging(options: StagingCheckOptions): Promise<StagingReport> {
  const { checks, configuration } = await checkConfiguration(options);
  if (configuration === null) {
    const skipped = warn('project itself', 'not asked', 'correct the configuration first');
    return { checks: [...checks, skipped], exitCode: ExitCode.usage };
  }
  const { restUrl, key, secrets, database, projectRef: project } = configuration;
  const schemas: Schemas = { project, source: options.source, isolated: options.isolated };
  const api: ApiAccess = { restUrl, secretKey: key.value, secrets };
  const asked = await checkApi(api, schemas, database === null);
  checks.push(...asked.checks);
  if (database !== null) {
    checks.push(...(await checkDatabase(database, api, asked.reading, schemas, options.probe ?? false)));
  } else if (asked.reading !== null) {
    checks.push(...(await checkVersions(api, asked.reading, null, options.source)));
  }
  const failed = checks.some(({ status }) => status === 'fail');
  return { checks, exitCode: failed ? ExitCode.target : ExitCode.pass };
}

async function checkDatabase(
  database: DatabaseAccess,
  api: ApiAccess,
  reading: ApiReading | null,
  schemas: Schemas,
  probe: boolean,
): Promise<Check[]> {
  try {
    return await withSession(database, async (sql) => {
      const seen = await readDatabase(sql);
      return [
        ok(
          'database',
          `PostgreSQL ${seen.postgresql ?? 'of an unknown version'}, ${database.kind}, keeps sessions`,
        ),
        ...(reading === null
          ? []
          : await attempt('same database', () => compareDatabases(sql, api, schemas))),
        ...(await checkCatalog(sql, database, reading, schemas)),
        ...(reading === null ? [] : await checkVersions(api, reading, seen, schemas.source)),
        ...(await attempt('hidden retries', () => checkRetries(sql, api, reading, schemas, probe))),
      ];
    });
  } catch (error) {
    return [failedBy('database', error)];
  }
}

async function checkCatalog(
  sql: postgres.Sql,
  database: DatabaseAccess,
  reading: ApiReading | null,
  schemas: Schemas,
): Promise<Check[]> {
  let ruling: Awaited<ReturnType<typeof checkOverrides>>['ruling'] = null;
  return [
    ...(await attempt('rights', () =>
      checkRights(sql, schemas, reading?.exposedSchemas ?? [schemas.source]),
    )),
    ...(await attempt('role settings', async () => {
      const overrides = await checkOverrides(sql);
      ruling = overrides.ruling;
      return overrides.check;
    })),
    ...(await attempt('grants', () => checkGrants(sql, schemas.source, true))),
    ...(await attempt('grants', () => checkGrants(sql, schemas.isolated, false))),
    ...(await attempt('time limits', async () => {
      // A limit of our own would hide the server's.
      const plain = await connectDatabase(database.url, 'staging check', { statementTimeoutMs: null });
      return checkTimeLimits(plain).finally(() => plain.end({ timeout: 1 }));
    })),
    ...(await attempt('data', () => checkData(sql, schemas.source))),
    ...(await attempt('undo', () => checkUndo(sql, schemas, ruling))),
  ];
}

async function compareDatabases(sql: postgres.Sql, api: ApiAccess, { source }: Schemas): Promise<Check> {
  const name = 'same database';
  if ((await proveSameDatabase(sql, api, { source })) === 'same') {
    return ok(name, `API and database show the same rows of ${source}`);
  }
  return warn(
    name,
    `undecided: ${source} has no rows to compare`,
    'nothing to do: a run proves it by its own schema before it writes rows',
  );
}

async function checkVersions(
  api: ApiAccess,
  reading: ApiReading,
  seen: DatabaseReading | null,
  source: string,
): Promise<Check[]> {
  return attempt('PostgREST', async () => {
    const { postgrest } = await versionsOf(
      reading,
      seen ?? { postgresql: null, postgrest: null, machine: null },
      () => versionFromOpenApi(api, source),
    );
    const { text } = implicationsOf(postgrest ?? null, seen?.machine ?? null);
    return ok('PostgREST', `${postgrest ?? 'version not known'}: ${text}`);
  });
}
