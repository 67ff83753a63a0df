import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { StressError, TargetError } from '../../contracts/errors.ts';
import { markInUse } from '../../isolate/in-use.ts';
import type { Marker } from '../../isolate/marker.ts';
import { readMarker } from '../../isolate/marker-store.ts';
import { markAlive } from '../../teardown/liveness.ts';

/** Milliseconds between two looks at the session. */
const INTERVAL = 2000;

/** The marks that keep others from removing what a run uses. */
export interface KeptMarks {
  /** Fires with a TargetError when the schema was removed under the run. */
  lost: AbortSignal;
  /** Ends the watch, after a last look. The marks stay until the connection ends. */
  release(): Promise<void>;
}

/**
 * Watches over the session that holds a run's marks. They go away with the session: when the connection was cut, the
 * next statement silently gets a new one, which has to take them again. Asking also keeps an idle connection open.
 *
 * @param sql a single connection that holds the marks
 */
export async function keepMarks(sql: postgres.Sql, marker: Marker, tag: string): Promise<KeptMarks> {
  const controller = new AbortController();
  const end = new AbortController();
  let session = await sessionOf(sql);
  const look = async (): Promise<void> => {
    const now = await sessionOf(sql);
    if (now === session) return;
    await markAlive(sql, tag);
    await markInUse(sql, marker.schema);
    const reading = await readMarker(sql, marker.schema, marker.project);
    if (reading.state !== 'ours' || reading.marker.created_at !== marker.created_at) throw removed(marker);
    session = now;
  };
  const lookAndTell = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      // A database that cannot be reached for a moment is asked again.
      if (error instanceof StressError) controller.abort(removed(marker));
    }
  };
  const watching = (async () => {
    while (!end.signal.aborted && !controller.signal.aborted) {
      await delay(INTERVAL, undefined, { signal: end.signal, ref: false }).catch(() => {});
      await lookAndTell();
    }
  })();
  return {
    lost: controller.signal,
    release: async () => {
      end.abort();
      await watching;
    },
  };
}

async function sessionOf(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ session: string }[]>`
    select pg_backend_pid() || ' ' || backend_start as session from pg_stat_activity where pid = pg_backend_pid()`;
  return row?.session ?? '';
}

function removed({ schema }: Marker): TargetError {
  return new TargetError(
    `the connection to the database was cut, and the isolated schema ${schema} was removed meanwhile by another process`,
    ['start again; end other runs and removals first'],
  );
}
