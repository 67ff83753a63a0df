import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { runOf } from '../../../capacity/result.ts';
import { answerOf } from '../../../capacity/search/answer.ts';
import type { CapacityStep } from '../../../contracts/capacity-result.ts';
import { InterruptedError, TargetError } from '../../../contracts/errors.ts';
import { type CapacityOptions, checkRequest } from '../../../scripts/capacity/request.ts';
import { describeStep, nothingFound, type SearchContext, search } from '../../../scripts/capacity/search.ts';
import { StageReporter } from '../../../scripts/stage-reporter.ts';
import { brokenStep, stepOf } from './step.ts';

/** A context whose steps hold up to a limit, and what was shown. */
async function contextOf(
  limit: number,
  options: Partial<CapacityOptions> = {},
  before: (step: { number: number; rate: number }, abort: AbortSignal) => Promise<unknown> = async () => {},
) {
  const request = await checkRequest({
    target: 'local',
    out: 'runs',
    sourceSchema: 'public',
    schema: 'table_stress',
    allow: [],
    copy: [],
    ...options,
  });
  const shown = new PassThrough();
  let text = '';
  shown.on('data', (chunk) => {
    text += String(chunk);
  });
  const context: SearchContext = {
    request,
    reporter: new StageReporter(shown as unknown as NodeJS.WriteStream),
    runStep: async ({ number, phase, rate }, abort, progress) => {
      progress('seeding');
      await before({ number, rate }, abort);
      abort.throwIfAborted();
      const step: CapacityStep = { ...(rate <= limit ? stepOf(rate) : brokenStep(rate)), number, phase };
      return { step, data: {} as never, broken: null };
    },
  };
  return { context, shown: () => text };
}

const never = new AbortController().signal;

it('goes on until it has its answer, and shows each step in a line', async () => {
  const { context, shown } = await contextOf(47);
  const found = nothingFound();
  await search(context, found, never);
  expect(found.ended).toBe('found');
  expect(answerOf(found.steps.map(runOf)).sustainable?.rate).toBeGreaterThan(43);
  expect(found.steps.map(({ number }) => number)).toEqual(found.steps.map((_, index) => index + 1));
  const lines = shown().trim().split('\n');
  expect(lines).toHaveLength(found.steps.length);
  expect(lines[0]).toMatch(/^✔ step 1 +grow 10\/s: p95 40.0 ms, 10\/s answered; holds/);
  expect(lines[3]).toMatch(/^! step 4 +grow 80\/s: .*breaks: p95 is 900 ms, above 300 ms/);
});

it('runs the multiples of the rate that were asked for, and says when there is none', async () => {
  const { context } = await contextOf(47, { check: '0.9,1.2' });
  const found = nothingFound();
  await search(context, found, never);
  const rate =
    answerOf(found.steps.filter(({ phase }) => phase !== 'check').map(runOf)).sustainable?.rate ?? 0;
  const checks = found.steps.filter(({ phase }) => phase === 'check');
  expect(checks.map(({ holds }) => holds)).toEqual([true, false]);
  expect(checks[0]?.rate).toBeCloseTo(rate * 0.9, 1);

  const nothing = await contextOf(0.1, { check: '0.9' });
  const none = nothingFound();
  await search(nothing.context, none, never);
  expect(none).toMatchObject({ ended: 'breaks-at-lowest', notes: [expect.stringMatching(/no rate/)] });
});

describe('time', () => {
  it('is up before a step that would not fit', async () => {
    // The first step lasts 10 s at 10/s, and 5 s besides are reckoned with.
    const { context } = await contextOf(47, { maxDuration: '12' });
    const found = nothingFound();
    await search(context, found, never);
    expect(found).toMatchObject({ ended: 'time-up', steps: [] });
  });

  it('is up in the middle of a step, which then does not count', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const { context } = await contextOf(47, { maxDuration: '60' }, async ({ number }) => {
        vi.advanceTimersByTime(number === 3 ? 60_000 : 9_000);
      });
      const found = nothingFound();
      await search(context, found, never);
      expect(found.ended).toBe('time-up');
      expect(found.steps.map(({ rate }) => rate)).toEqual([10, 20]);
    } finally {
      vi.useRealTimers();
    }
  });
});

it.each([new InterruptedError(), new TargetError('the target is gone')])(
  'ends with %s, and keeps what it found',
  async (reason) => {
    const stop = new AbortController();
    const { context } = await contextOf(47, {}, async ({ number }) => {
      if (number === 3) stop.abort(reason);
    });
    const found = nothingFound();
    await expect(search(context, found, stop.signal)).rejects.toBe(reason);
    expect(found.steps.map(({ rate }) => rate)).toEqual([10, 20]);
    expect(found.ended).toBeNull();
  },
);

it('hands on what a step fails with', async () => {
  const { context } = await contextOf(47, {}, async () => {
    throw new TargetError('k6 failed');
  });
  await expect(search(context, nothingFound(), never)).rejects.toThrow('k6 failed');
});

it('a step in words', () => {
  expect(describeStep(stepOf(12.5, { clear: false }))).toBe(
    '12.5/s: p95 40.0 ms, 12.5/s answered; holds, closely',
  );
});
