import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import type { UntaggedTable } from '../../contracts/teardown-result.ts';
import { useApplicationSchema } from '../../isolate/application-schema.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import { applyBroken } from '../../reference/broken.ts';
import { checkWindows } from '../../seed/check.ts';
import { seedWorld } from '../../seed/seed.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { probeApi } from '../../target/probe.ts';
import { createStressClient, type StressClient } from '../../target/supabase-client.ts';
import { markAlive } from '../../teardown/liveness.ts';
import { fingerprintUntaggedRows } from '../../teardown/untagged-rows.ts';
import type { OpenTarget } from './open-target.ts';
import type { RunContext } from './under-load.ts';

/** The schema with its seeded rows, and the connections to it. */
export interface PreparedWorld {
  schema: string;
  description: SchemaDescription;
  sql: postgres.Sql;
  client: StressClient;
  untaggedBefore: UntaggedTable[];
  close(): Promise<void>;
}

/** The schema that receives the load: the application's own. */
export const SCHEMA = 'public';

/**
 * Stage isolate: finds the schema that receives the load, and what is in it.
 *
 * @throws TargetError when the application is missing or incomplete
 */
export async function isolateWorld(run: RunContext, open: OpenTarget): Promise<PreparedWorld> {
  const { reporter, manifest, request } = run;
  const { target } = open;
  if (target.databaseUrl === null) throw new TargetError('the target has no database URL');
  const sql = await connectDatabase(target.databaseUrl, 'run');
  const close = async (): Promise<void> => {
    await sql.end({ timeout: 2 });
  };
  const broken = request.broken === null ? '' : `, broken: ${request.broken}`;
  try {
    return await reporter.stage(
      'isolate',
      async () => {
        if (request.broken !== null) await applyBroken(sql, request.broken);
        await probeApi(target, SCHEMA);
        await markAlive(sql, run.plan.tag);
        const isolation = await useApplicationSchema(sql, SCHEMA);
        await manifest.update({ isolation, database_clock: await measureDatabaseClock(sql) });
        const description = await describeFromCatalog(sql, SCHEMA);
        const names = description.tables.map((table) => table.name);
        const untaggedBefore = await fingerprintUntaggedRows(sql, SCHEMA, names);
        const client = createStressClient(target, SCHEMA);
        return { schema: SCHEMA, description, sql, client, untaggedBefore, close };
      },
      ({ description }) => `schema ${SCHEMA}, ${description.tables.length} tables${broken}`,
    );
  } catch (error) {
    await close();
    throw error;
  }
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
