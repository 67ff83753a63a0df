import { afterEach, expect, it, vi } from 'vitest';
import { Calls } from '../../../scenarios/lib/calls.ts';
import { now } from '../../../scenarios/lib/clock.ts';
import { Pace } from '../../../scenarios/lib/pace.ts';
import { Recorder } from '../../../scenarios/lib/recorder.ts';
import { serve, sleep } from './k6.ts';
import { clientOf, id, json, jwt } from './virtual-user.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const milliseconds = (): number => now() / 1e6;

it('keeps the starts of calls apart, and never counts the time between as credit', () => {
  serve();
  const pace = new Pace(50);
  const started = [0, 10, 200, 0].map((busy) => {
    sleep(busy / 1000);
    pace.wait();
    return milliseconds() - 1000;
  });
  expect(started).toEqual([0, 50, 250, 300]);
});

it('without an interval nobody waits', () => {
  serve();
  const pace = new Pace(0);
  pace.wait();
  pace.wait();
  expect(milliseconds()).toBe(1000);
});

it('the wait is no part of the call', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const recorder = new Recorder({ run: 'abcdef01', runner: 'smoke', scenario: 'smoke' }, 0, 1);
  const calls = new Calls(clientOf(jwt, json([]), json([])), recorder, new Pace(100));
  calls.status({ table_ids: [id(1)] });
  calls.refresh(id(1));
  const times = log.mock.calls.map(([line]) => JSON.parse(line as string) as { t0: number; t1: number });
  expect(times.map(({ t0, t1 }) => [t0 / 1e6, t1 / 1e6])).toEqual([
    [1000, 1001],
    [1100, 1101],
  ]);
});
