import type { FaultEvent } from '../../contracts/faults.ts';
import type { ScenarioTimeline } from './scenario-timeline.ts';

/** A fault on the time line of its scenario, milliseconds since its first call. */
export interface FaultBand {
  /** From 1, in the order of their begins. */
  number: number;
  kind: FaultEvent['kind'];
  from: number;
  to: number;
  /** Sessions or requests; null where it hit everything. */
  hit: number | null;
}

/** The faults that were injected while a scenario ran; none when its clock is not tied to the wall clock. */
export function faultBands(
  { scenario, origin, span }: Pick<ScenarioTimeline, 'scenario' | 'origin' | 'span'>,
  faults: readonly FaultEvent[],
): FaultBand[] {
  if (origin === null) return [];
  return faults
    .filter((event) => event.scenario === scenario && event.began_at !== null)
    .map((event, index) => ({
      number: index + 1,
      kind: event.kind,
      from: Math.max(0, Date.parse(event.began_at ?? '') - origin),
      to: event.ended_at === null ? span : Math.max(0, Date.parse(event.ended_at) - origin),
      hit: event.hit,
    }));
}
