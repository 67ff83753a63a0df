import type postgres from 'postgres';
import { messageOf } from '../../contracts/errors.ts';
import { sqlStateOf } from '../../sql/execute.ts';
import type { Exposure, Marker } from '../marker.ts';
import { listLeftOwners, listMarkers, writeMarker } from '../marker-store.ts';
import { withExposureLock } from './exclusive.ts';
import { restoreByHand } from './fixes.ts';
import type { Api } from './rest.ts';
import { namesIn, withoutSchema } from './schema-list.ts';
import { type Patience, waitUntilGone } from './served.ts';
import { defaultRole, notifyReload, readSettings, writeSetting } from './setting.ts';

type Sql = postgres.Sql | postgres.TransactionSql;

export interface Restored {
  /**
   * `restored`: exactly what was there before; `trimmed`: only our entry was taken out of a list that is not as we left
   * it; `nothing`: no setting names the schema.
   */
  readonly state: 'restored' | 'trimmed' | 'nothing';
  readonly notes: readonly string[];
}

/** What restoring came to. Nothing here is thrown: teardown goes on, and tells. */
export interface RestoreResult {
  readonly state: Restored['state'] | 'failed';
  /** Whether PostgREST still lists the schema; null when it could not be asked. */
  readonly served: boolean | null;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

export interface RestoreOptions {
  role?: string | undefined;
  patience?: Patience | undefined;
  signal?: AbortSignal | undefined;
}

const defaultRestorePatience: Patience = { intervalMs: 250, deadlineMs: 20_000, renotifyMs: 3_000 };

/**
 * Puts back what exposing the schema changed, and waits until PostgREST follows. Safe to repeat, from any process.
 *
 * @param sql a single connection
 * @param api null: PostgREST cannot be asked, and the result says so
 */
export async function restoreExposure(
  sql: postgres.Sql,
  api: Api | null,
  marker: Marker,
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  const { schema } = marker;
  const patience = options.patience ?? defaultRestorePatience;
  try {
    return await withExposureLock(
      sql,
      async () => {
        const { state, notes } = await takeBack(sql, marker, options.role);
        if (api === null) return { state, notes, served: null, problems: [] };
        const { served, last } = await waitUntilGone(
          api,
          schema,
          () => notifyReload(sql),
          state === 'nothing' ? { ...patience, deadlineMs: Math.min(patience.deadlineMs, 5_000) } : patience,
          options.signal,
        );
        return { state, notes, served, problems: problemsOf(schema, served, last) };
      },
      { signal: options.signal },
    );
  } catch (error) {
    const denied = sqlStateOf(error) === '42501';
    const advice = denied && marker.exposure ? `; ${restoreByHand(marker.exposure)}` : '';
    const problem = `the exposure of ${schema} could not be taken back: ${messageOf(error)}${advice}`;
    return { state: 'failed', served: null, notes: [], problems: [problem] };
  }
}

function problemsOf(schema: string, served: boolean | null, last: string): string[] {
  if (served === false) return [];
  return served === null
    ? [`PostgREST could not be asked whether it still exposes ${schema}: ${last}`]
    : [
        `PostgREST still exposes ${schema} although no setting of its role names it: take it out of the exposed schemas in the dashboard (API settings)`,
      ];
}

/** The part of restoring that is one transaction. The caller holds the exposure lock. */
export async function takeBack(sql: postgres.Sql, known: Marker, role?: string): Promise<Restored> {
  return sql.begin(async (transaction) => {
    const all = [...(await listMarkers(transaction)), ...(await listLeftOwners(transaction))];
    // What is recorded now counts: another process may have passed its own record on since it was read.
    const marker = all.find(({ schema }) => schema === known.schema) ?? known;
    const loginRole = marker.exposure?.role ?? role ?? defaultRole;
    const notes: string[] = [];
    let state: Restored['state'] = 'nothing';
    for (const setting of await readSettings(transaction, loginRole)) {
      if (setting.value === null) continue;
      const ours = marker.exposure?.database === setting.database ? marker.exposure : undefined;
      if (setting.value === ours?.set) {
        await writeSetting(transaction, setting, ours.before);
        if (state === 'nothing') state = 'restored';
      } else if (namesIn(setting.value).includes(marker.schema)) {
        await writeSetting(transaction, setting, withoutSchema(setting.value, marker.schema));
        state = 'trimmed';
        notes.push(
          `pgrst.db_schemas of ${loginRole} was not as table-stress had left it: only ${marker.schema} was taken out of "${setting.value}"`,
        );
      }
    }
    const nested = await passOn(transaction, marker, all);
    if (marker.exposure) {
      const { exposure: _, ...rest } = marker;
      await writeMarker(transaction, rest);
    }
    if (state !== 'nothing') await notifyReload(transaction);
    // The list also holds schemas that others of us exposed later: that is no surprise.
    return { state, notes: nested ? [] : notes };
  }) as Promise<Restored>;
}

/**
 * Isolated schemas that were exposed while ours was have recorded a list with ours in it. From now on they put back
 * what was there before ours.
 *
 * @returns whether there were any
 */
async function passOn(sql: Sql, marker: Marker, all: readonly Marker[]): Promise<boolean> {
  const { exposure, schema } = marker;
  let found = false;
  for (const other of all) {
    const theirs = other.exposure;
    if (other.schema === schema || !theirs || !namesIn(theirs.set).includes(schema)) continue;
    if (exposure && (theirs.role !== exposure.role || theirs.database !== exposure.database)) continue;
    found = true;
    await writeMarker(sql, { ...other, exposure: relinked(theirs, exposure, schema) });
  }
  return found;
}

/** What another schema's record becomes when a schema goes that was exposed before it. */
export function relinked(theirs: Exposure, gone: Exposure | undefined, schema: string): Exposure {
  const before =
    theirs.before !== null && theirs.before === gone?.set
      ? gone.before
      : theirs.before && withoutSchema(theirs.before, schema);
  return { ...theirs, before, set: withoutSchema(theirs.set, schema) ?? theirs.set };
}
