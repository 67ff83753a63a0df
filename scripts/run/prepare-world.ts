import type postgres from 'postgres';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import type { Removal, UntaggedTable } from '../../contracts/teardown-result.ts';
import { setClock } from '../../isolate/clock/clock.ts';
import { CLOCK_TABLE } from '../../isolate/clock/create.ts';
import { readConfirmParameters } from '../../isolate/confirm-function.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { usersOf } from '../../isolate/in-use.ts';
import { isolate } from '../../isolate/isolate.ts';
import type { Marker } from '../../isolate/marker.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import { applyBroken } from '../../reference/broken.ts';
import { checkWindows } from '../../seed/check.ts';
import { seedWorld } from '../../seed/seed.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { probeApi } from '../../target/probe.ts';
import { limitsTable, readTimeLimits } from '../../target/staging/time-limits.ts';
import { createStressClient, type StressClient } from '../../target/supabase-client.ts';
import type { Target } from '../../target/target.ts';
import { findTags } from '../../teardown/count.ts';
import { markAlive } from '../../teardown/liveness.ts';
import { type KnownKeys, rememberKeys } from '../../teardown/new-rows.ts';
import { lookAtSource, type SourceBefore } from '../../teardown/source.ts';
import { fingerprintUntaggedRows } from '../../teardown/untagged-rows.ts';
import { removeAfterFailure } from './after-failure.ts';
import { isolateByApi } from './api-only-world.ts';
import { type KeptMarks, keepMarks } from './keep-marks.ts';
import type { OpenTarget } from './open-target.ts';
import { removeAfterRun } from './remove-isolation.ts';
import type { RunContext } from './under-load.ts';

/** The isolated schema, and the connections to it. */
export interface PreparedWorld {
  schema: string;
  description: SchemaDescription;
  /** null: only the API is known. */
  sql: postgres.Sql | null;
  client: StressClient;
  /** Rows that were there before; null where they could not be read. */
  untaggedBefore: UntaggedTable[] | null;
  /** Keys of those rows, when nobody else used the schema at the start; else null. */
  known: KnownKeys | null;
  /** The deployed schema before the load; null where it could not be read. */
  source: SourceBefore | null;
  /** When the schema was made, by its marker; null where only the API is known. */
  schemaCreatedAt: string | null;
  /** Null when there is nothing that this run could remove. */
  removeIsolation: (() => Promise<Removal>) | null;
  /** Parameters of the deployed function that confirms holds, by name; none when it has none. */
  confirmParameters: string[];
  /** Keeps others from removing the schema under the run; null where only the API is known. */
  marks: KeptMarks | null;
  /** Whether others than the run of this tag use the schema, or did when it was prepared. */
  isShared: (tag: string) => Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Stage isolate: makes or takes the schema that receives the load, and looks at what is in it.
 *
 * @throws StressError when the application is missing, or its clone cannot be made, proven or exposed
 */
export async function isolateWorld(
  run: RunContext,
  open: OpenTarget,
  abort: AbortSignal,
): Promise<PreparedWorld> {
  const { target } = open;
  const limits = target.databaseUrl === null ? null : await readLimits(target.databaseUrl);
  await run.manifest.update({ time_limits: limits });
  if (target.kind === 'staging' && limits !== null) {
    run.reporter.say('  time limits of each role:');
    for (const line of limits) run.reporter.say(`    ${line}`);
  }
  const broken = run.request.broken === null ? '' : `, broken: ${run.request.broken}`;
  return run.reporter.stage(
    'isolate',
    (progress) =>
      target.databaseUrl === null
        ? isolateByApi(run, open)
        : isolateByDatabase(run, open, target.databaseUrl, { progress, signal: abort }),
    ({ schema, description }) => {
      const isolation = run.manifest.data.isolation;
      const notes = isolation?.findings.length ?? 0;
      const changed =
        isolation?.previous_fingerprint && isolation.previous_fingerprint !== isolation.fingerprint
          ? '; the deployed functions changed since the last run'
          : '';
      const origin = isolation?.source ? `a clone of ${isolation.source}, ` : '';
      return `schema ${schema}, ${origin}${description.tables.length} tables${broken}${changed}${notes > 0 ? `; ${notes} note${notes === 1 ? '' : 's'}, see the report` : ''}`;
    },
  );
}

/** The time limits under which calls and our own statements run: read, never assumed. */
async function readLimits(databaseUrl: string): Promise<string[]> {
  const sql = await connectDatabase(databaseUrl, 'run', { statementTimeoutMs: null });
  try {
    return limitsTable(await readTimeLimits(sql));
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function isolateByDatabase(
  run: RunContext,
  open: OpenTarget,
  databaseUrl: string,
  context: { progress: (text: string) => void; signal: AbortSignal },
): Promise<PreparedWorld> {
  const { manifest, request, plan } = run;
  const { target } = open;
  const { schema, source } = request.isolation;
  const sql = await connectDatabase(databaseUrl, 'run');
  try {
    if (request.broken !== null) await applyBroken(sql, request.broken);
    await probeApi(target, source);
    await markAlive(sql, plan.tag);
    const before = await lookAtSource(sql, source, open.temporary);
    const { isolation, marker } = await isolate({
      ...request.isolation,
      ...context,
      sql,
      api: target,
      project: target.project,
      purpose: 'run',
      run: plan.tag,
    });
    // A run that was killed may have left the clock standing. Nobody sets it while others use the schema, as we do now.
    if (request.isolation.clock === 'virtual') await setClock(sql, schema, { offsetMs: 0 });
    await manifest.update({
      isolation: { ...isolation, previous_fingerprint: run.previousFingerprint },
      database_clock: await measureDatabaseClock(sql),
    });
    const description = await describeWorld(sql, schema);
    const names = description.tables.map((table) => table.name);
    const shared = await hasOthers(sql, schema, names, plan.tag);
    return worldOf(run, target, sql, marker, description, {
      untaggedBefore: await fingerprintUntaggedRows(sql, schema, names),
      known: shared ? null : await rememberKeys(sql, description),
      source: before,
      shared,
    });
  } catch (error) {
    await sql.end({ timeout: 2 });
    if (!open.temporary) await removeAfterFailure(run, target, databaseUrl);
    throw error;
  }
}

/** What only the time before the load can tell. */
export interface Baseline {
  untaggedBefore: UntaggedTable[] | null;
  known: KnownKeys | null;
  source: SourceBefore | null;
  /** Whether others used the schema then. */
  shared: boolean;
}

/**
 * The isolated schema as stages use it.
 *
 * @param sql a single connection that holds the run's marks; it is closed with the world
 */
export async function worldOf(
  { plan }: Pick<RunContext, 'plan'>,
  target: Target,
  sql: postgres.Sql,
  marker: Marker,
  description: SchemaDescription,
  { untaggedBefore, known, source, shared }: Baseline,
): Promise<PreparedWorld> {
  const { schema } = marker;
  const names = description.tables.map((table) => table.name);
  return {
    schema,
    description,
    sql,
    client: createStressClient(target, schema),
    untaggedBefore,
    known,
    source,
    schemaCreatedAt: marker.created_at,
    confirmParameters: await readConfirmParameters(sql, schema),
    removeIsolation: () => removeAfterRun(sql, target, marker, plan.tag),
    marks: await keepMarks(sql, marker, plan.tag),
    isShared: async (tag) => shared || (await hasOthers(sql, schema, names, tag)),
    close: async () => {
      await sql.end({ timeout: 2 });
    },
  };
}

/** Whether other sessions use the schema, or rows of other runs are in it: runs that know the API only leave no mark. */
async function hasOthers(
  sql: postgres.Sql,
  schema: string,
  tables: readonly string[],
  tag: string,
): Promise<boolean> {
  if ((await usersOf(sql, schema)).length > 0) return true;
  return (await findTags(sql, schema, tables)).some((other) => other !== tag);
}

/** The table of the virtual clock is not part of the application. */
export async function describeWorld(sql: postgres.Sql, schema: string): Promise<SchemaDescription> {
  const description = await describeFromCatalog(sql, schema);
  return { ...description, tables: description.tables.filter(({ name }) => name !== CLOCK_TABLE) };
}

/** Stage seed: writes the planned rows, and reads them back. */
export async function seedPlan(run: RunContext, world: PreparedWorld, abort: AbortSignal): Promise<void> {
  abort.throwIfAborted();
  await run.reporter.stage(
    'seed',
    async (progress) => {
      const result = await seedWorld(world.client, world.description, run.plan, { progress, signal: abort });
      await checkWindows(world.client, run.plan);
      return result;
    },
    ({ rows, notes }) => {
      const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
      return `${total} rows${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
    },
  );
}
