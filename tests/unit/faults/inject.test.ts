import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { type FaultEvent, faultEventSchema, type PlannedFault } from '../../../contracts/faults.ts';
import type { Disturbed } from '../../../faults/actions.ts';
import { injectFaults } from '../../../faults/inject.ts';
import { randomStream } from '../../../plan/random.ts';
import type { Disturb } from '../../../target/gateway/disturbance.ts';

/** Waits for what the faults do: how long that takes is the machine's affair. */
const until = (reached: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(reached()).toBe(true), { timeout: 60_000, interval: 5 });

/** Controls that note what was done to them. */
function target(crash: () => Promise<void> = async () => {}) {
  const done: string[] = [];
  let decide: Disturb | null = null;
  const disturbed = {
    controls: {
      crashDatabase: () => {
        done.push('crash');
        return crash();
      },
      pauseDatabase: async (ms: number) => void done.push(`pause ${ms}`),
      restartPostgrest: async () => void done.push('restart'),
      disturbRequests: (next: Disturb | null) => {
        decide = next;
      },
    },
    schema: 'table_stress',
    random: randomStream(1, 'test'),
  } as unknown as Disturbed;
  return { done, disturbed, ask: () => decide?.() ?? null, isDisturbed: () => decide !== null };
}

function inject(planned: PlannedFault[], disturbed: Disturbed) {
  const events: FaultEvent[] = [];
  const injection = injectFaults({
    run: 'abcdef01',
    scenario: 'rush',
    planned,
    target: disturbed,
    record: async (event) => void events.push(faultEventSchema.parse(event)),
  });
  return { events, injection };
}

const fault = (
  kind: PlannedFault['kind'],
  at_ms: number,
  more: Partial<PlannedFault> = {},
): PlannedFault => ({
  kind,
  at_ms,
  duration_ms: 0,
  share: 1,
  ...more,
});

it('nothing happens before the load begins; then each in its turn, with its begin and its end', async () => {
  const { done, disturbed } = target();
  const { events, injection } = inject([fault('crash', 0), fault('restart-postgrest', 20)], disturbed);
  await delay(30);
  expect(done).toEqual([]);
  injection.begin();
  injection.begin();
  await until(() => done.length === 2);
  await injection.end();
  expect(done).toEqual(['crash', 'restart']);
  expect(events).toMatchObject([
    { kind: 'crash', problem: null, hit: null },
    { kind: 'restart-postgrest', problem: null },
  ]);
  // Calls get through in between.
  const [first, second] = events.map(({ began_at }) => Date.parse(began_at ?? ''));
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(700);
});

it('what the load leaves no time for is noted as not done', async () => {
  const { done, disturbed } = target();
  const { events, injection } = inject([fault('pause', 60_000)], disturbed);
  injection.begin();
  await injection.end();
  expect(done).toEqual([]);
  expect(events).toMatchObject([{ kind: 'pause', began_at: null, problem: 'the load was over before' }]);
});

it('requests are disturbed as planned, until the load is over, and counted', async () => {
  const { disturbed, ask, isDisturbed } = target();
  const { events, injection } = inject([fault('drop-replies', 0, { duration_ms: 600_000 })], disturbed);
  expect(ask()).toBeNull();
  injection.begin();
  await until(isDisturbed);
  expect([ask(), ask()]).toEqual([{ kind: 'drop-reply' }, { kind: 'drop-reply' }]);
  await injection.end();
  expect(ask()).toBeNull();
  expect(events).toMatchObject([{ kind: 'drop-replies', hit: 2 }]);
});

it('a share of the requests is left alone', async () => {
  const { disturbed, ask, isDisturbed } = target();
  const { injection } = inject([fault('delay', 0, { duration_ms: 600_000, share: 0.5 })], disturbed);
  injection.begin();
  await until(isDisturbed);
  const hit = Array.from({ length: 400 }, ask).filter((each) => each !== null);
  expect(hit.length).toBeGreaterThan(140);
  expect(hit.length).toBeLessThan(260);
  await injection.end();
});

it('a server that does not come back is noted, and the next fault is tried none the less', async () => {
  const { disturbed, done } = target(() => Promise.reject(new Error('did not start')));
  const { events, injection } = inject([fault('crash', 0), fault('pause', 0, { duration_ms: 5 })], disturbed);
  injection.begin();
  await until(() => done.length === 2);
  await injection.end();
  expect(events[0]).toMatchObject({ kind: 'crash', ended_at: null, problem: 'did not start' });
  expect(done).toEqual(['crash', 'pause 5']);
});
