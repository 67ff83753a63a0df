import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { type Progress, silent } from '../../contracts/progress.ts';
import { sqlStateOf } from '../../sql/execute.ts';
import type { Marker } from '../marker.ts';
import { readMarker, writeMarker } from '../marker-store.ts';
import { withExposureLock } from './exclusive.ts';
import { readExposedSchemas } from './exposed-schemas.ts';
import { exposeByHand } from './fixes.ts';
import { grantUsage } from './grants.ts';
import type { Api } from './rest.ts';
import { takeBack } from './restore.ts';
import { namesIn, union, withSchema } from './schema-list.ts';
import {
  functionUnderTest,
  isServed,
  type KnownFunction,
  type Patience,
  usualPatience,
  waitUntilServed,
} from './served.ts';
import { defaultRole, notifyReload, rulingSetting, type Setting, writeSetting } from './setting.ts';

export type { Api as ExposeTarget } from './rest.ts';

export interface ExposeOptions {
  /** PostgREST's login role. Default: authenticator. */
  role?: string | undefined;
  known?: KnownFunction | undefined;
  patience?: Patience | undefined;
  progress?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

export interface Exposed {
  /** Whether a setting was changed; the marker then tells how to put it back. */
  readonly changed: boolean;
  /** The schemas that PostgREST serves now; null when it does not say. */
  readonly schemas: readonly string[] | null;
  readonly marker: Marker;
}

/**
 * Makes an isolated schema reachable through PostgREST: lets the API's roles in, adds it to the exposed schemas without
 * dropping any, and waits until PostgREST really serves it. What was there before is recorded in the marker, in the
 * transaction that changes it. Safe to repeat.
 *
 * @param sql a single connection, as the role that made the schema
 * @param made the marker with which the schema was made
 * @throws TargetError when the schema is not ours, when PostgREST cannot be asked or does not follow (what was there is
 *   put back then), or when the login role may not change the setting
 */
export async function exposeSchema(
  sql: postgres.Sql,
  api: Api,
  made: Marker,
  options: ExposeOptions = {},
): Promise<Exposed> {
  const { schema } = made;
  const { signal, progress = silent } = options;
  const role = options.role ?? defaultRole;
  const known = options.known ?? functionUnderTest;
  const patience = options.patience ?? usualPatience();
  return withExposureLock(
    sql,
    async () => {
      const marker = await ourMarker(sql, made);
      await grantUsage(sql, marker.source, schema, role);
      const before = await readExposedSchemas(api, Math.min(10_000, patience.deadlineMs));
      const changed = await change(sql, api, { marker, role, known, served: before });
      await notifyReload(sql);
      progress(`waiting for PostgREST to serve ${schema}`);
      const takeBackNow = () => takeBack(sql, changed ?? marker);
      try {
        const answer = await waitUntilServed(api, schema, known, () => notifyReload(sql), patience, signal);
        if (!answer.served) throw neverServed(api, schema, patience, answer.last);
        const after = await readExposedSchemas(api);
        const lost = (before ?? []).filter((name) => after !== null && !after.includes(name));
        if (lost.length > 0) throw entriesLost(lost);
        return { changed: changed !== null, schemas: after, marker: changed ?? marker };
      } catch (error) {
        if (changed) await takeBackNow();
        throw error;
      }
    },
    { signal },
  );
}

/** @returns the marker that records the change; null when there was nothing to change */
async function change(
  sql: postgres.Sql,
  api: Api,
  now: { marker: Marker; role: string; known: KnownFunction; served: string[] | null },
): Promise<Marker | null> {
  const { marker, served } = now;
  const { schema } = marker;
  const setting = await rulingSetting(sql, now.role);
  const listed = setting.value === null ? served?.includes(schema) : namesIn(setting.value).includes(schema);
  if (listed) return null;
  if (setting.value === null && served === null) {
    throw new TargetError('PostgREST does not say which schemas it exposes, so none can be added safely', [
      `expose ${schema} by hand, then start again`,
    ]);
  }
  const wanted = withSchema(
    union(setting.value ?? '', served?.filter((name) => name !== schema) ?? []),
    schema,
  );
  try {
    return await record(sql, marker, setting, wanted);
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw error;
    if ((await isServed(api, schema, now.known)).served) return null;
    const fixes = exposeByHand(wanted, setting, marker.project);
    throw new TargetError(
      `the login role may not expose ${schema}: ${(error as Error).message}`,
      fixes,
      error,
    );
  }
}

/** Changes the setting and records it, both or neither. */
async function record(sql: postgres.Sql, marker: Marker, setting: Setting, wanted: string): Promise<Marker> {
  const { role, database, value } = setting;
  const recorded: Marker = { ...marker, exposure: { role, database, before: value, set: wanted } };
  await sql.begin(async (transaction) => {
    await writeSetting(transaction, setting, wanted);
    await writeMarker(transaction, recorded);
    await notifyReload(transaction);
  });
  return recorded;
}

/** The marker as it is in the database now: another process may have exposed the schema meanwhile. */
async function ourMarker(sql: postgres.Sql, { schema, project }: Marker): Promise<Marker> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TargetError(`the schema ${schema} cannot be exposed: PostgREST would read its name otherwise`, [
      'use a name of lower-case letters, digits and underscores',
    ]);
  }
  const reading = await readMarker(sql, schema, project);
  if (reading.state === 'ours') return reading.marker;
  const why =
    reading.state === 'foreign' ? reading.reason : reading.state === 'absent' ? 'there is none' : '';
  throw new TargetError(
    `the schema ${schema} is no isolated schema of this project, so it is not exposed${why && `: ${why}`}`,
    ['choose another name for the isolated schema'],
  );
}

function neverServed(api: Api, schema: string, patience: Patience, last: string): TargetError {
  return new TargetError(
    `PostgREST at ${api.restUrl} does not serve the schema ${schema} after ${patience.deadlineMs / 1000} s; it says: ${last}`,
    [
      'check that PostgREST listens for changes (db-channel-enabled) and reads settings from the database (db-config)',
      'restart PostgREST, or pause and restore the project, then start again',
      "where it says 42501: grant the API's roles their rights on the isolated schema",
    ],
  );
}

function entriesLost(lost: readonly string[]): TargetError {
  return new TargetError(`PostgREST would no longer serve ${lost.join(', ')}, so the change was taken back`, [
    'expose the isolated schema in the dashboard, beside the others',
  ]);
}
