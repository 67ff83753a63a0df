import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { LoadGuard } from '../../../scripts/run/load-guard.ts';

const limits = { max_error_share: 0.2, errors_over_calls: 100, max_duration_s: 60 };
const failed = '{"class":"connection","code":"08006","http":503}';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('stops the load with the reason when too much failed', () => {
  const guard = new LoadGuard(limits);
  for (let call = 0; call < 19; call += 1) guard.observe(failed);
  expect([guard.signal.aborted, guard.reason]).toEqual([false, null]);
  guard.observe(failed);
  expect(guard.signal.reason).toBeInstanceOf(TargetError);
  expect(guard.reason).toBe(
    '20 of the last 20 calls failed with 08006: the run was stopped to spare the target',
  );
  vi.advanceTimersByTime(61_000);
  expect(guard.reason).toContain('20 of the last');
});

it('stops the load when its time is up', () => {
  const guard = new LoadGuard(limits);
  vi.advanceTimersByTime(59_000);
  expect(guard.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(guard.reason).toContain('the load was not over after 60 s (staging.max_duration_s)');
  expect((guard.signal.reason as TargetError).exitCode).toBe(3);
});

it('stops nothing without limits, nor after its end', () => {
  const free = new LoadGuard(undefined);
  for (let call = 0; call < 500; call += 1) free.observe(failed);
  const over = new LoadGuard(limits);
  over.release();
  vi.advanceTimersByTime(1e7);
  expect([free.signal.aborted, over.signal.aborted]).toEqual([false, false]);
});
