import { parseInstant } from '../contracts/instant.ts';
import type { HoldOperation, Operation } from '../history/operation.ts';
import { RealTime } from '../verify/real-time.ts';
import type { RecordedRun } from '../verify/run-data.ts';

/** Milliseconds that a hold claims its tables which is not to lapse while calls are made. */
export const USUAL_LIFETIME = 86_400_000;

/** Milliseconds from a hold's call to its expiry; null for other calls. */
export function lifetimeOf({ history }: RecordedRun, operation: Operation): number | null {
  if (operation.f !== 'hold') return null;
  const begun = new RealTime(history.anchors).wall(operation.runner, operation.t0);
  return begun ? parseInstant(operation.input.expires_at) / 1000 - begun.ms : null;
}

/** The same for a hold whose call set its expiry; null for one that lapses as it was seeded. */
export function lapsesAfter(run: RecordedRun, operation: HoldOperation): number | null {
  const { hold_id, expires_at } = operation.input;
  const seeded = run.plan.world.table_holds.find(({ id }) => id === hold_id);
  if (seeded === undefined || Date.parse(seeded.expires_at) === Date.parse(expires_at)) return null;
  return lifetimeOf(run, operation);
}
