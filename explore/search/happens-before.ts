import { createHash } from 'node:crypto';
import type { TraceEvent } from '../scheduler/trace.ts';
import { dependent, type Footprint, UNKNOWN } from './footprint.ts';

/** An event with what it touched. */
export interface PlacedEvent {
  readonly event: TraceEvent;
  readonly session: number;
  readonly footprint: Footprint;
}

/**
 * Events with their footprints. A step that was blocked, and its going on, keep their place among all others: what it
 * had done before it met the lock is not known.
 *
 * @param footprints of each session's steps
 */
export function placeEvents(
  events: readonly TraceEvent[],
  footprints: readonly (readonly Footprint[])[],
): PlacedEvent[] {
  return events.map((event) => {
    if (event.kind === 'resume') return { event, session: event.session, footprint: UNKNOWN };
    const { session, index, blocked } = event.step;
    const own = footprints[session]?.[index - 1] ?? UNKNOWN;
    return { event, session, footprint: blocked === null ? own : { ...own, unknown: true } };
  });
}

/**
 * For each number of events, the state that they lead to: a digest of who did what, and in which order where it matters.
 * Two beginnings of schedules that differ only in the order of independent steps have the same (Lamport 1978; Musuvathi
 * and Qadeer 2008 keep such states to explore each of them once).
 */
export function statesOf(placed: readonly PlacedEvent[], sessions: number): string[] {
  const digests: string[] = [];
  const last: string[] = Array.from({ length: sessions }, () => '');
  const states = [stateOf(last)];
  for (const [index, { event, session, footprint }] of placed.entries()) {
    const causes: string[] = [last[session] ?? ''];
    for (let other = 0; other < sessions; other += 1) {
      if (other === session) continue;
      const cause = latest(placed, index, other, footprint);
      causes.push(cause < 0 ? '' : (digests[cause] ?? ''));
    }
    const what = event.kind === 'step' ? `${event.step.index} ${event.step.point}` : 'on';
    const digest = hash(`${session} ${what} ${causes.join(' ')}`);
    digests.push(digest);
    last[session] = digest;
    states.push(stateOf(last));
  }
  return states;
}

/** The last event of a session, before another, on which that one depends; -1 when there is none. */
function latest(
  placed: readonly PlacedEvent[],
  before: number,
  session: number,
  footprint: Footprint,
): number {
  for (let index = before - 1; index >= 0; index -= 1) {
    const each = placed[index];
    if (each?.session === session && dependent(each.footprint, footprint)) return index;
  }
  return -1;
}

function stateOf(last: readonly string[]): string {
  return last.join('|');
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
