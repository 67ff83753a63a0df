import { InterruptedError, TargetError } from '../../contracts/errors.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { listLeftRoles } from '../../isolate/drop.ts';
import { readExposedSchemas } from '../../isolate/expose/exposed-schemas.ts';
import { usersAfterWaiting } from '../../isolate/in-use.ts';
import type { Marker } from '../../isolate/marker.ts';
import { listMarkers } from '../../isolate/marker-store.ts';
import { isTaken } from '../../isolate/names.ts';
import { createStressClient } from '../../target/supabase-client.ts';
import { findTags } from '../../teardown/count.ts';
import { isAlive } from '../../teardown/liveness.ts';
import { tearDown } from '../../teardown/teardown.ts';
import type { OpenDatabase } from '../open-database.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { dropSchema } from './remove-isolation.ts';
import { describeTeardown, isClean } from './wind-down.ts';

/**
 * Removes what runs left in a database: their rows, then the schemas that runs made for themselves, their roles and
 * their exposure. Living runs are left alone. Everything is found in the database, nothing is remembered here.
 *
 * @param only the tag of one run; null: every run
 * @returns whether nothing is left
 */
export async function tearDownRuns(
  database: OpenDatabase,
  only: string | null,
  reporter: StageReporter,
  interrupt: AbortSignal,
): Promise<boolean> {
  const { sql, target } = database;
  let clean = true;
  let found = 0;
  const stopIfInterrupted = (): void => {
    if (interrupt.aborted) throw new InterruptedError();
  };
  for (const marker of await listMarkers(sql)) {
    if (marker.project !== target.project) {
      reporter.say(`schema ${marker.schema} was made for the project ${marker.project}: it is left alone`);
      continue;
    }
    if (isTaken(marker.schema)) {
      reporter.say(`schema ${marker.schema} carries a marker of ours, and cannot be ours: it is left alone`);
      clean = false;
      continue;
    }
    stopIfInterrupted();
    const rows = await tearDownRows(database, marker, only, reporter, stopIfInterrupted);
    clean &&= rows.clean;
    found += rows.found;
    if (marker.purpose !== 'run' || rows.left.length > 0) continue;
    stopIfInterrupted();
    // A run that is just starting has a schema and no rows yet.
    const users = await usersAfterWaiting(sql, marker.schema);
    if (users.length > 0) {
      reporter.say(`schema ${marker.schema} is in use by ${users.join(', ')}: it is left alone`);
      clean = false;
      continue;
    }
    found += 1;
    clean = (await remove(database, marker.schema, reporter)) && clean;
  }
  // A crash between two steps of removal leaves an owner without a schema.
  for (const schema of await listLeftRoles(sql, target.project)) {
    stopIfInterrupted();
    found += 1;
    clean = (await remove(database, schema, reporter)) && clean;
  }
  if (found === 0) reporter.say(only === null ? 'no rows of any run found' : `no rows of run ${only} found`);
  return clean;
}

async function tearDownRows(
  { sql, target }: OpenDatabase,
  { schema }: Marker,
  only: string | null,
  reporter: StageReporter,
  stopIfInterrupted: () => void,
): Promise<{ clean: boolean; found: number; left: string[] }> {
  const description = await describeFromCatalog(sql, schema);
  const tables = description.tables.map((table) => table.name);
  const tags = await findTags(sql, schema, tables);
  const wanted = only === null ? tags : tags.filter((tag) => tag === only);
  const served = await readExposedSchemas(target);
  const client = served?.includes(schema) === false ? null : createStressClient(target, schema);
  let clean = true;
  for (const tag of wanted) {
    stopIfInterrupted();
    if (await isAlive(sql, tag)) {
      reporter.say(`run ${tag} is still going on: its rows are left alone`);
      clean = false;
      continue;
    }
    const result = await reporter.stage(
      `run ${tag}`,
      (progress) => tearDown({ client, sql, description, tag, untaggedBefore: null, progress }),
      describeTeardown,
    );
    clean &&= isClean(result);
  }
  return { clean, found: wanted.length, left: await findTags(sql, schema, tables) };
}

/** @returns whether nothing of it is left; what stands in the way is told, and the other schemas get their turn */
async function remove(
  { sql, target }: OpenDatabase,
  schema: string,
  reporter: StageReporter,
): Promise<boolean> {
  try {
    const { removed } = await reporter.stage(
      `schema ${schema}`,
      () => dropSchema(sql, target, schema),
      (result) => (result.removed ? 'removed, with its role and its exposure' : result.problems.join('; ')),
      (result) => result.removed,
    );
    return removed;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    for (const fix of error.fixes) reporter.say(`  → ${fix}`);
    return false;
  }
}
