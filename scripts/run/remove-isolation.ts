import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import type { Removal } from '../../contracts/teardown-result.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { dropIsolated } from '../../isolate/drop.ts';
import { InUseError, unmarkInUse, usersOf } from '../../isolate/in-use.ts';
import type { Marker } from '../../isolate/marker.ts';
import type { Target } from '../../target/target.ts';
import { findTags } from '../../teardown/count.ts';

/**
 * Removes the isolated schema at the end of a run, unless it was made to stay or others still need it.
 *
 * @param sql the connection that holds the run's mark on the schema
 * @param tag the run's own tag: rows of it that could not be deleted go with the schema
 */
export async function removeAfterRun(
  sql: postgres.Sql,
  target: Target,
  marker: Marker,
  tag: string,
): Promise<Removal> {
  const { schema } = marker;
  const staying = (stays: string): Removal => ({ schema, removed: false, stays, problems: [] });
  if (marker.purpose === 'standing') return staying('it was made by isolate, and stays until isolate --drop');
  const { tables } = await describeFromCatalog(sql, schema);
  const tags = await findTags(
    sql,
    schema,
    tables.map(({ name }) => name),
  );
  const others = tags.filter((other) => other !== tag);
  // Whatever comes now, this run needs it no longer: another that ends at the same time must not take us for a user.
  await unmarkInUse(sql, schema);
  const users = await usersOf(sql, schema);
  if (users.length > 0) return staying(`${users.join(', ')} uses it`);
  if (others.length > 0)
    return staying(`rows of ${others.join(', ')} are in it; teardown --all removes them`);
  try {
    return await dropSchema(sql, target, schema);
  } catch (error) {
    // Another run has begun to use it, or ended at the same moment and is removing it.
    if (error instanceof InUseError) return staying(error.message);
    throw error;
  }
}

/** Removes an isolated schema, its role and its exposure, and says what is left. */
export async function dropSchema(sql: postgres.Sql, target: Target, schema: string): Promise<Removal> {
  const result = await dropIsolated(sql, { schema, project: target.project, api: target });
  const { remains, problems } = result;
  const left = remains.schema || (remains.role && result.found !== 'nothing') || remains.settings.length > 0;
  // What could not be asked, or proven, is a problem that leaves the verdict open, not something that is left.
  const removed = !left && remains.grants.length === 0 && remains.served !== true;
  return { schema, removed, stays: null, problems: [...problems] };
}

/** @throws TargetError when only the API of a target is known */
export function databaseOf(target: Target): string {
  if (target.databaseUrl !== null) return target.databaseUrl;
  throw new TargetError('this needs a database connection, and only the API of the target is known', [
    'set SUPABASE_DB_URL to the direct or session-pooler connection string',
  ]);
}
