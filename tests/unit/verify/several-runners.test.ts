import { describe, expect, it } from 'vitest';
import type { InvariantId, VerdictValue } from '../../../contracts/verdict.ts';
import { believeClocks } from '../../../verify/believed-clocks.ts';
import { measureContention } from '../../../verify/contention.ts';
import { judgeRun, resultOf } from '../../../verify/verify.ts';
import { parseRun } from './script.ts';
import { type Simulated, scriptOf, simulate } from './simulate.ts';

/** Milliseconds. */
const ERROR = 15;

/** The run as two load generators recorded it: odd processes are those of `east`, whose clock is `skew` ms off. */
function recordedByTwo(run: Simulated, skew: number, error: number): string {
  const calls = run.calls.map((call) => {
    const late = call.process % 2 === 1 ? skew : 0;
    return { ...call, t0: call.t0 + ERROR + late, t1: call.t1 + ERROR + late };
  });
  const script = scriptOf({ ...run, calls });
  return `runner east error=${error}\n${script.replaceAll(/^p(\d*[13579]) /gm, 'east:p$1 ')}`;
}

function broken(script: string): InvariantId[] {
  return judgeRun(parseRun(script))
    .invariants.filter(({ verdict }) => verdict === 'fail')
    .map(({ id }) => id);
}

const verdictOf = (script: string, id: InvariantId): VerdictValue | undefined =>
  resultOf(judgeRun(parseRun(script)), id)?.verdict;

describe('a correct application, recorded by two load generators of which one has a wrong clock', () => {
  const rounds = Array.from({ length: 120 }, (_, seed) => ({ run: simulate(seed), seed }));
  const skewOf = (seed: number): number => (((seed * 7) % 31) - 15) * (ERROR / 15);

  it('breaks no promise more than with true clocks, as long as the error is stated', () => {
    for (const { run, seed } of rounds) {
      const script = recordedByTwo(run, skewOf(seed), ERROR);
      const trueClocks = broken(scriptOf(run));
      expect(
        broken(script).filter((id) => !trueClocks.includes(id)),
        `seed ${seed}:\n${script}`,
      ).toEqual([]);
    }
  });

  it('would be accused if the same clock were believed to be right', () => {
    const accused = rounds.filter(
      ({ run, seed }) => broken(recordedByTwo(run, skewOf(seed), 0)).length > broken(scriptOf(run)).length,
    );
    expect(accused.length).toBeGreaterThan(3);
  });
});

describe('claims of two load generators', () => {
  const twice = (releasedAt: number): string => `
    runner east error=2.5
    p0 0..10 assign b1 t1 @60-120 -> ok
    east:p1 20..30 assign b2 t1 @90-150 -> ok
    p0 ${releasedAt}..${releasedAt + 10} unassign b1 t1 -> ok
    final b2 t1 @90-150`;

  it('are a double booking when both were acknowledged whatever their clocks show', () => {
    expect(verdictOf(twice(40), 'no-double-booking')).toBe('fail');
  });

  it('are none when the release may have begun before the second was acknowledged', () => {
    expect(verdictOf(twice(34), 'no-double-booking')).toBe('pass');
  });

  const refused = (releasedUntil: number): string => `
    runner east error=2.5
    p0 0..10 assign b1 t1 @60-120 -> ok
    p0 12..${releasedUntil} unassign b1 t1 -> ok
    east:p1 40..50 assign b2 t1 @90-150 -> P0001 overlap`;

  it('do not justify a refusal once they were released for certain', () => {
    expect(verdictOf(refused(30), 'justified-rejection')).toBe('fail');
  });

  it('justify one that may have been decided before the release, by the clocks', () => {
    expect(verdictOf(refused(36), 'justified-rejection')).toBe('pass');
  });

  it('met only when they did so whatever their clocks show', () => {
    const meeting = (from: number): number =>
      measureContention(
        parseRun(`
          runner east error=2.5
          p0 0..20 assign b1 t1 @60-120 -> ok
          east:p1 ${from}..40 assign b2 t1 @90-150 -> P0001 overlap`),
        'hot-table',
      ).met;
    expect([meeting(10), meeting(17), meeting(30)]).toEqual([2, 0, 0]);
  });
});

describe('the error of a clock in the manifest', () => {
  const early = `
    runner east error=0.01
    p0 0..10 assign b1 t1 @60-120 -> ok
    p0 12..30 unassign b1 t1 -> ok
    east:p1 36..50 assign b2 t1 @90-150 -> P0001 overlap`;
  const believed = (error_ms: number): VerdictValue | undefined => {
    const run = parseRun(early);
    const [entry] = run.manifest.runs;
    if (entry) run.manifest.runs.push({ ...entry, runner: 'east', clock: { wall_ms: 0, error_ms } });
    believeClocks(run.manifest, run.history.anchors);
    return resultOf(judgeRun(run), 'justified-rejection')?.verdict;
  };

  it('is believed where it is larger than what the load generator knew of its own', () => {
    expect([believed(0.001), believed(5), believed(10)]).toEqual(['fail', 'fail', 'pass']);
  });
});
