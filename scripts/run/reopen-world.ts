import { TargetError } from '../../contracts/errors.ts';
import type { Prepared } from '../../contracts/prepared.ts';
import { markInUse } from '../../isolate/in-use.ts';
import { readMarker } from '../../isolate/marker-store.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { markAlive } from '../../teardown/liveness.ts';
import { isolateByApi } from './api-only-world.ts';
import type { OpenTarget } from './open-target.ts';
import { describeWorld, type PreparedWorld, worldOf } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

/**
 * The isolated schema that was prepared for a load that others made, as it is now.
 *
 * @throws TargetError when it is gone, or another one stands in its place
 */
export async function reopenWorld(
  run: RunContext,
  open: OpenTarget,
  prepared: Prepared,
): Promise<PreparedWorld> {
  const { target } = open;
  const { schema } = run.request.isolation;
  if (target.databaseUrl === null) return isolateByApi(run, open);
  const sql = await connectDatabase(target.databaseUrl, 'run');
  try {
    await markAlive(sql, prepared.run);
    await markInUse(sql, schema);
    const reading = await readMarker(sql, schema, target.project);
    if (reading.state !== 'ours' || reading.marker.created_at !== prepared.schema_created_at) {
      const why =
        reading.state === 'absent'
          ? 'is gone'
          : reading.state === 'ours'
            ? 'was made anew since then'
            : 'is not ours';
      throw new TargetError(`schema ${schema}, which was prepared for this run, ${why}`, [
        'what the load did cannot be found there any more: prepare a new run',
      ]);
    }
    const { known, source, shared, untagged_before } = prepared;
    const description = await describeWorld(sql, schema);
    return await worldOf(run, target, sql, reading.marker, description, {
      untaggedBefore: untagged_before,
      known: known && new Map(Object.entries(known)),
      source,
      shared,
    });
  } catch (error) {
    await sql.end({ timeout: 2 });
    throw error;
  }
}
