import type postgres from 'postgres';
import { messageOf, TargetError } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import type { Api } from './expose/rest.ts';
import { type RestoreResult, restoreExposure } from './expose/restore.ts';
import type { Patience } from './expose/served.ts';
import { defaultRole } from './expose/setting.ts';
import { withoutUsers } from './in-use.ts';
import type { Marker, MarkerReading } from './marker.ts';
import { listLeftOwners, readMarker, writeMarker } from './marker-store.ts';
import { isTaken } from './names.ts';
import { refuseToDropRealData } from './real-data.ts';
import { outsideDependents } from './removal/dependents.ts';
import { dropRole, joinRole } from './removal/drop-role.ts';
import { dropWholeSchema } from './removal/drop-schema.ts';
import { describeRemains, type Remains, remainsOf } from './removal/proof.ts';

export interface DropOptions {
  schema: string;
  project: string;
  /** null: PostgREST cannot be asked what it serves. */
  api: Api | null;
  patience?: Patience | undefined;
  progress?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

export interface DropResult {
  /** What was there: `role`: an earlier removal was broken off after the schema. */
  readonly found: 'schema' | 'role' | 'nothing';
  readonly restored: RestoreResult | null;
  readonly dropped: { readonly schema: 'at once' | 'in batches' | null; readonly role: boolean };
  /** Worth telling, and no failure. */
  readonly notes: readonly string[];
  /** What went wrong and what is left, each a sentence. Empty: it is proven that nothing is left. */
  readonly problems: readonly string[];
  readonly remains: Remains;
}

/**
 * Removes an isolated schema: puts back what exposing it changed, drops the schema and its owner, and looks whether
 * anything is left. Safe to repeat, also after a crash in the middle: the owner carries a copy of the marker and goes
 * last, and only once the exposure is back.
 *
 * @param sql a single connection, as the role that made it
 * @throws TargetError, with nothing changed, when the schema is not ours, was made for another project, is in use, holds
 *   bookings that no run made, or when something outside would go with it
 */
export async function dropIsolated(sql: postgres.Sql, options: DropOptions): Promise<DropResult> {
  return withoutUsers(sql, options.schema, async () => {
    const { found, marker } = await find(sql, options);
    const names = {
      schema: options.schema,
      role: marker?.role ?? `${options.schema}_owner`,
      loginRole: marker?.exposure?.role ?? defaultRole,
    };
    if (marker === null) {
      const remains = await remainsOf(sql, options.api, names);
      const notes = remains.role
        ? [`the role ${names.role} carries no marker of ours: it was left alone`]
        : [];
      const problems = describeRemains({ ...remains, role: false, grants: [] }, names);
      return { found, restored: null, dropped: { schema: null, role: false }, notes, problems, remains };
    }
    await refuseOutside(sql, options.schema);
    await refuseToDropRealData(sql, options.schema);
    return remove(sql, options, found, marker, names);
  });
}

async function find(
  sql: postgres.Sql,
  { schema, project }: DropOptions,
): Promise<{ found: DropResult['found']; marker: Marker | null }> {
  const reading = await readMarker(sql, schema, project);
  if (reading.state !== 'absent') return { found: 'schema', marker: ours(reading, schema, project) };
  const left = (await listLeftOwners(sql)).find((marker) => marker.schema === schema);
  if (left === undefined) return { found: 'nothing', marker: null };
  const state = left.project === project ? 'ours' : 'other-project';
  return { found: 'role', marker: ours({ state, marker: left }, schema, project) };
}

/** Names of schemas whose removal was broken off: their owner is left. `dropIsolated` finishes it. */
export async function listLeftRoles(sql: postgres.Sql, project: string): Promise<string[]> {
  const left = (await listLeftOwners(sql)).filter((marker) => marker.project === project);
  return left.map(({ schema }) => schema);
}

function ours(reading: MarkerReading, schema: string, project: string): Marker {
  // Whatever its comment says: a marker can be copied.
  const platforms = isTaken(schema);
  if (reading.state === 'ours' && !platforms && reading.marker.source !== schema) return reading.marker;
  const why = platforms
    ? 'it belongs to PostgreSQL or to the platform'
    : reading.state === 'ours'
      ? 'its marker names it as the deployed schema'
      : reading.state === 'other-project'
        ? `it was made for the project ${reading.marker.project}, and this is ${project}`
        : reading.state === 'foreign'
          ? reading.reason
          : 'it is not there';
  throw new TargetError(`the schema ${schema} is not removed: ${why}`, [
    'name the isolated schema of this project; drop anything else yourself',
  ]);
}

async function refuseOutside(sql: postgres.Sql, schema: string): Promise<void> {
  const outside = await outsideDependents(sql, schema);
  if (outside.length === 0) return;
  const shown = outside.slice(0, 5).join(', ');
  throw new TargetError(
    `the schema ${schema} is not removed: ${outside.length} object${outside.length > 1 ? 's' : ''} outside would go with it: ${shown}${outside.length > 5 ? ', …' : ''}`,
    ['drop what refers to the isolated schema, or move it elsewhere, then start again'],
  );
}

async function remove(
  sql: postgres.Sql,
  options: DropOptions,
  found: DropResult['found'],
  marker: Marker,
  names: { schema: string; role: string; loginRole: string },
): Promise<DropResult> {
  const { schema, api, patience, signal, progress = silent } = options;
  const problems: string[] = [];
  const attempt = async <T>(what: string, action: () => Promise<T>): Promise<T | null> => {
    try {
      progress(what);
      return await action();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return null;
    }
  };
  await attempt(`joining the role ${names.role}`, async () => {
    await joinOwner(sql, names.role);
    // From here on the marker survives the schema. One with an exposure is on both already.
    if (marker.exposure === undefined) await writeMarker(sql, marker);
  });
  progress('putting back what was exposed before');
  const restored = await restoreExposure(sql, api, marker, { patience, signal });
  problems.push(...restored.problems);
  const dropped =
    found === 'schema'
      ? await attempt(`dropping the schema ${schema}`, () => dropWholeSchema(sql, schema, progress))
      : null;
  const mayDropRole = restored.state !== 'failed' && (found === 'role' || dropped !== null);
  const role =
    mayDropRole &&
    (await attempt(`dropping the role ${names.role}`, async () => {
      await dropRole(sql, names.role, schema);
      return true;
    })) === true;
  const remains = await remainsOf(sql, api, names);
  problems.push(...describeRemains(remains, names));
  return { found, restored, dropped: { schema: dropped, role }, notes: restored.notes, problems, remains };
}

/** The owner may be gone when somebody gave the schema to another role. */
async function joinOwner(sql: postgres.Sql, role: string): Promise<void> {
  const [row] = await sql`select from pg_roles where rolname = ${role}`;
  if (row) await joinRole(sql, role);
}
