import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../compare/compare.ts';
import type { CallGroup, Side } from '../../../compare/read-side.ts';
import { comparisonSchema } from '../../../contracts/comparison.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { randomStream } from '../../../plan/random.ts';
import { renderComparisonPage } from '../../../report/compare/page.ts';
import { renderComparison } from '../../../scripts/compare/render.ts';
import { fixtureData, fixtureManifest } from '../report/fixture.ts';

const thresholds = readThresholds(path.resolve(import.meta.dirname, '../../../thresholds.json'));
const manifest = { ...fixtureManifest(), thresholds };
const { verdict } = fixtureData();

/** Latencies around 20 ms with a long tail and slow stretches, as queues make them; `noise` moves the whole run. */
function group(seed: number, factor: number, calls = 400): CallGroup {
  const random = randomStream(seed, 'latencies');
  const noise = Math.exp(((random.integer(0, 1000) + random.integer(0, 1000) - 1000) / 1000) * 0.09);
  const durations = Array.from({ length: calls }, (_, index) => {
    const slow = Math.floor(index / 25) % 4 === 0 ? 1.6 : 1;
    const tail = random.integer(1, 20) === 1 ? random.integer(2, 10) : 1;
    return (20 + random.integer(0, 20)) * slow * tail * factor * noise;
  });
  return { scenario: 'rush', f: 'assign', durations };
}

function side(seed: number, factor = 1, more: Partial<Side> = {}): Side {
  return {
    manifest,
    verdict,
    diagnosis: null,
    groups: [group(seed, factor)],
    rates: new Map([['rush', 30]]),
    ...more,
  };
}

const options = { tolerance: 0.1, noise: 0.06 };

describe('two runs', () => {
  it('of the same thing are the same in at least 19 of 20 tries, and never called faster or slower more often', () => {
    let wrong = 0;
    for (let seed = 0; seed < 80; seed += 1) {
      const change = compare(side(2 * seed), side(2 * seed + 1), options).overall?.change;
      if (change === 'slower' || change === 'faster') wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(4);
  });

  it('of which one is 30 % slower are told apart, mostly', () => {
    let found = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      if (compare(side(2 * seed), side(2 * seed + 1, 1.3), options).overall?.change === 'slower') found += 1;
    }
    expect(found).toBeGreaterThan(32);
  });

  it('a slower one crosses the tolerance, a faster one does not', () => {
    expect(compare(side(1), side(1, 2), options)).toMatchObject({
      exit_code: 99,
      overall: { change: 'slower' },
    });
    expect(compare(side(1), side(1, 0.5), options)).toMatchObject({
      exit_code: 0,
      overall: { change: 'faster' },
    });
    expect(compare(side(1), side(1), options)).toMatchObject({
      exit_code: 0,
      overall: { change: 'same', ratio: { estimate: 1 } },
    });
  });

  it('with too few calls say nothing of their latency', () => {
    const few = { groups: [group(1, 1, 20)] };
    const comparison = compare(side(1, 1, few), side(2, 1, few), options);
    expect(comparison.overall).toBeNull();
    expect(comparison.headline).toContain('too few');
  });

  it('a promise that was kept and is broken now decides, whatever the speed', () => {
    const kept = {
      ...verdict,
      invariants: verdict.invariants.map((each) => ({ ...each, verdict: 'pass' as const })),
    };
    const broken = compare(side(1, 1, { verdict: kept }), side(2, 0.5), options);
    expect(broken.exit_code).toBe(1);
    expect(broken.verdicts.some(({ a, b }) => a === 'pass' && b === 'fail')).toBe(true);
    expect(compare(side(1), side(2, 1, { verdict: kept }), options).exit_code).not.toBe(1);
  });

  it('that differ in what was tested say so', () => {
    const other = side(2, 1, { manifest: { ...manifest, profile: 'soak' } });
    expect(compare(side(1), other, options).caveats).toEqual([
      `profile differs: ${manifest.profile} and soak`,
    ]);
  });

  it('are shown on a page and on a screen, and follow the schema', async () => {
    const comparison = compare(side(1), side(2, 1.5), options);
    expect(comparisonSchema.parse(comparison)).toEqual(comparison);
    expect(await renderComparisonPage(comparison)).toContain('rush <code>assign</code>');
    expect(renderComparison(comparison, false)).toMatch(/rush assign +\d+\.\d ms +\d+\.\d ms/);
  });
});
