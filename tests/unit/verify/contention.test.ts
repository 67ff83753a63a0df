import { describe, expect, it } from 'vitest';
import { overlaps, type Window, windowFrom } from '../../../contracts/instant.ts';
import { randomStream } from '../../../plan/random.ts';
import { measureContention } from '../../../verify/contention.ts';
import type { RunData } from '../../../verify/run-data.ts';
import { parseRun } from './script.ts';

/** Few processes, tables and windows, so that some calls have a rival and others have none. */
function someCalls(seed: number): RunData {
  const random = randomStream(seed, 'calls');
  const lines = Array.from({ length: random.integer(1, 14) }, (_, index) => {
    const start = random.integer(0, 12) * 30;
    const tables = [1, 2, 3].filter(() => random.integer(0, 2) === 0).map((number) => `t${number}`);
    const window = `@${start}-${start + 30 * random.integer(1, 5)}`;
    const begin = index * 20;
    return `p${random.integer(0, 3)} ${begin}..${begin + 10} assign b${index} ${tables.join(',') || 't1'} ${window} -> ok`;
  });
  return parseRun(lines.join('\n'));
}

/** Each call against each other. */
function rivalsOneByOne({ history }: RunData): number {
  const calls = history.operations.flatMap((operation) => {
    if (operation.f !== 'assign') return [];
    const { start_at, end_at, table_ids } = operation.input;
    return [
      { process: operation.process, table_ids, window: windowFrom(start_at ?? '', end_at ?? '') as Window },
    ];
  });
  return calls.filter((one) =>
    calls.some(
      (other) =>
        one.process !== other.process &&
        one.table_ids.some((table) => other.table_ids.includes(table)) &&
        overlaps(one.window, other.window),
    ),
  ).length;
}

describe('calls that have a rival', () => {
  it('are those that another process wants the same table and window of, whenever that is', () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 300; seed += 1) {
      const run = someCalls(seed);
      const { rivals, met } = measureContention(run, 'hot-table');
      expect(rivals, `seed ${seed}`).toBe(rivalsOneByOne(run));
      expect(met).toBe(0);
      seen.add(rivals);
    }
    expect(seen.size).toBeGreaterThan(8);
  });
});
