import type { RefreshPolicy } from '../../contracts/thresholds.ts';

/** `a refresh every 1 s`, for sentences. */
export function policyInWords(policy: RefreshPolicy, everyMs: number): string {
  if (policy === 'none') return 'no refresh';
  return policy === 'on-read' ? 'a refresh before each read' : `a refresh every ${inSeconds(everyMs)}`;
}

/** Milliseconds in the unit that people think in: `840 ms`, `1.04 s`, `12 min`, `9.5 h`. */
export function inSeconds(ms: number): string {
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  if (ms < 1000) return `${short(ms)} ms`;
  if (ms < 120_000) return `${short(ms / 1000)} s`;
  return ms < 7_200_000 ? `${short(ms / 60_000)} min` : `${short(ms / 3_600_000)} h`;
}
