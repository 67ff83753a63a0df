import { messageOf } from '../../contracts/errors.ts';
import type { Removal } from '../../contracts/teardown-result.ts';
import { listLeftRoles } from '../../isolate/drop.ts';
import { usersAfterWaiting } from '../../isolate/in-use.ts';
import { readMarker } from '../../isolate/marker-store.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import type { Target } from '../../target/target.ts';
import { dropSchema, removeAfterRun } from './remove-isolation.ts';
import type { RunContext } from './under-load.ts';

/**
 * Removes an isolated schema that a run made, or took over, and cannot use: on a connection of its own, since the run's
 * may be what failed. Never throws, so that it cannot hide why the run failed: what is left is told with the command
 * that removes it.
 */
export async function removeAfterFailure(
  { request, reporter, plan }: RunContext,
  target: Target,
  databaseUrl: string,
): Promise<void> {
  const { schema } = request.isolation;
  const tell = (why: string): void =>
    reporter.say(
      `  schema ${schema} is left: ${why}; remove it with: npm run stress -- teardown --run ${plan.tag} --target ${request.target}`,
    );
  try {
    const removal = await remove(target, databaseUrl, schema, plan.tag);
    if (removal === null || removal.removed) {
      reporter.say(`  schema ${schema}: nothing of this run is left`);
      return;
    }
    if (removal.stays !== null) reporter.say(`  schema ${schema} stays: ${removal.stays}`);
    else tell(removal.problems.join('; '));
  } catch (error) {
    tell(messageOf(error));
  }
}

/** @returns null when there is nothing that the run could have left */
async function remove(
  target: Target,
  databaseUrl: string,
  schema: string,
  tag: string,
): Promise<Removal | null> {
  const sql = await connectDatabase(databaseUrl, 'run');
  try {
    const reading = await readMarker(sql, schema, target.project);
    if (reading.state === 'absent') {
      const left = (await listLeftRoles(sql, target.project)).includes(schema);
      return left ? await dropSchema(sql, target, schema) : null;
    }
    // What others made to stay, or what this run refused to use, is no leftover of this run.
    if (reading.state !== 'ours' || reading.marker.run !== tag) return null;
    await usersAfterWaiting(sql, schema);
    return await removeAfterRun(sql, target, reading.marker, tag);
  } finally {
    await sql.end({ timeout: 2 });
  }
}
