import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CapacityFacts, interpret } from '../../../capacity/result.ts';
import { compareCapacity } from '../../../compare/capacity.ts';
import { readCapacity } from '../../../compare/read-capacity.ts';
import { capacityComparisonSchema } from '../../../contracts/capacity-comparison.ts';
import type { CapacityResult } from '../../../contracts/capacity-result.ts';
import { UsageError } from '../../../contracts/errors.ts';
import { renderCapacityComparisonPage } from '../../../report/compare/capacity-page.ts';
import { renderCapacityComparison } from '../../../scripts/compare/render-capacity.ts';
import { brokenStep, factsOf, stepOf } from '../capacity/step.ts';

/** A search that found a rate, with what broke above it; null: it held at its highest rate. */
function carries(rate: number, breaks: number | null, change: Partial<CapacityFacts> = {}): CapacityResult {
  const held = [stepOf(rate), stepOf(rate), stepOf(rate)];
  const ended = breaks === null ? 'held-at-max' : 'found';
  return interpret(
    factsOf([...held, ...(breaks === null ? [] : [brokenStep(breaks)])], { ended, ...change }),
  );
}
const compared = (a: CapacityResult, b: CapacityResult) => compareCapacity(a, b, { tolerance: 0.1 });

describe('B against A', () => {
  it.each([
    ['same', carries(40, 43.6), carries(40, 43.6), 0],
    ['same', carries(40, 43.6), carries(42, 46), 0],
    ['same', carries(40, 43.6), carries(43.6, 47), 0],
    ['better', carries(40, 43.6), carries(80, 87), 0],
    ['worse', carries(80, 87), carries(40, 43.6), 99],
    ['better', carries(40, 43.6), carries(80, null), 0],
    ['worse', carries(80, null), carries(40, 43.6), 99],
    ['unclear', carries(80, null), carries(80, null), 0],
    ['unclear', carries(40, null), carries(80, 87), 0],
  ] as const)('is %s', (change, a, b, code) => {
    const comparison = compared(a, b);
    expect(capacityComparisonSchema.parse(comparison)).toEqual(comparison);
    expect(comparison).toMatchObject({ change, exit_code: code });
    expect(renderCapacityComparison(comparison, false)).toContain(comparison.headline);
  });

  it('is worse where nothing holds any more, and unclear where nothing ever did', () => {
    const none = interpret(factsOf([brokenStep(1)], { ended: 'breaks-at-lowest' }));
    expect(compared(carries(40, 43.6), none)).toMatchObject({ change: 'worse', ratio: null, exit_code: 99 });
    expect(compared(none, none)).toMatchObject({ change: 'unclear', exit_code: 0 });
  });

  it('fails where a promise is broken that was kept', () => {
    const violation = { step: 1, rate: 80, promise: 'linked', title: 'rows differ' };
    const broken = carries(80, 87, { violation });
    expect(compared(carries(40, 43.6), broken)).toMatchObject({
      exit_code: 1,
      headline: expect.stringMatching(/^linked is broken/),
    });
  });
});

it('names what makes the two hard to compare', () => {
  const other = carries(40, 43.6, { slo: { ...factsOf([]).slo, max_error_share: 0.5 } });
  expect(compared(carries(40, 43.6), other).caveats).toEqual([expect.stringMatching(/^SLO differs/)]);
});

it('has the latencies at rates that both ran, also as a page', async () => {
  const comparison = compared(carries(40, 43.6), carries(40, 47));
  expect(comparison.rates).toEqual([{ rate: 40, a: 40, b: 40 }]);
  expect(await renderCapacityComparisonPage(comparison)).toContain('carries as much');
});

describe('a folder', () => {
  it('without capacity.json has no capacity; with a damaged one it is refused', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ts-capacity-'));
    try {
      expect(await readCapacity(folder)).toBeNull();
      await writeFile(path.join(folder, 'capacity.json'), JSON.stringify(carries(40, 43.6)));
      expect((await readCapacity(folder))?.sustainable?.rate).toBe(40);
      await writeFile(path.join(folder, 'capacity.json'), JSON.stringify({ ...carries(40, 43.6), steps: 7 }));
      await expect(readCapacity(folder)).rejects.toThrow(/steps \(7\)/);
      await writeFile(path.join(folder, 'capacity.json'), JSON.stringify({ v: 99 }));
      await expect(readCapacity(folder)).rejects.toThrow(UsageError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
