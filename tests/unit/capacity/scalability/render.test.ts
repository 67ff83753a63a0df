import { describe, expect, it } from 'vitest';
import { analyseScalability } from '../../../../capacity/scalability/analyse.ts';
import { type ScalabilityResult, scalabilityResultSchema } from '../../../../contracts/scalability-result.ts';
import { renderScalabilityMarkdown } from '../../../../report/capacity/scalability-markdown.ts';
import { renderScalabilityPage } from '../../../../report/capacity/scalability-page.ts';
import { renderScalability } from '../../../../scripts/scalability/render.ts';
import {
  checkScalability,
  plannedLevels,
  type ScalabilityOptions,
} from '../../../../scripts/scalability/request.ts';
import { measurementOf, pointsOf } from './synthetic.ts';

function resultOf(law = { lambda: 100, sigma: 0.1, kappa: 0.004 }, levels?: number[]): ScalabilityResult {
  const points = pointsOf(law, { seed: 2, noise: 0.01, ...(levels ? { levels } : {}) });
  const measurements = points.map((point, index) => measurementOf(point, { repetition: (index % 3) + 1 }));
  return {
    v: 1,
    kind: 'scalability',
    run: 'a0000001',
    command: ['scalability'],
    seed: 5,
    started_at: '2026-11-27T00:00:00.000Z',
    ended_at: '2026-11-27T00:02:00.000Z',
    target: { description: 'local <PostgreSQL>', versions: {} },
    machine: { platform: 'linux-x64', cores: 2 },
    slice: {
      tables: 'zipf',
      zipf_exponent: 1,
      tables_per_restaurant: 20,
      restaurants: 2,
      merged: 0.3,
      conflicts: 0.1,
      pool_size: 10,
    },
    schedule: { concurrency: [1, 2, 4, 8, 16, 32], repetitions: 3, warm_up_s: 1, duration_s: 4 },
    measurements,
    ...analyseScalability({ measurements, poolSize: 10, cores: 2, seed: 5 }),
  };
}

describe('the files of a scalability result', () => {
  const result = resultOf();

  it('keep to their schema', () => {
    expect(scalabilityResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('show throughput, fit, limits and levels on a page without markup from data', async () => {
    const page = await renderScalabilityPage(result);
    expect(page).toMatch(
      /aria-label="Assignments per second over concurrency\. Measured: 1 processes 1?\d\d/,
    );
    expect(page).toMatch(/aria-label="Differences from the law: /);
    expect(page).toMatch(/aria-label="Use of the processors: /);
    expect(page).toMatch(/beyond what was measured/);
    expect(page).toMatch(/2 restaurants with 20 tables each, popular by Zipf/);
    expect(page).toContain('local &lt;PostgreSQL&gt;');
    expect(page).not.toContain('<PostgreSQL>');
  });

  it('mark a peak that was never measured', async () => {
    const far = resultOf({ lambda: 100, sigma: 0.02, kappa: 0.0002 });
    expect(far.headline).toMatch(/\(extrapolated\)/);
    expect(await renderScalabilityPage(far)).toMatch(/an extrapolation, never measured/);
  });

  it('say why there is no law, on the page, in Markdown and on the terminal', async () => {
    const none = resultOf(undefined, [1, 2, 4]);
    const reason = /3 usable levels of concurrency cannot test a curve/;
    expect(await renderScalabilityPage(none)).toMatch(reason);
    expect(renderScalabilityMarkdown(none)).toMatch(reason);
    expect(renderScalability(none, { folder: 'runs/x', colour: false })).toMatch(/^\nNO LAW {2}/);
  });

  it('fit on one screen, with every level and limit', () => {
    const text = renderScalability(result, { folder: 'runs/x', colour: false });
    expect(text.split('\n').length).toBeLessThan(30);
    for (const { concurrency } of result.measurements)
      expect(text).toMatch(new RegExp(`^ +${concurrency} +\\d`, 'm'));
    expect(renderScalabilityMarkdown(result)).toMatch(/\| 32 \| \d+ \(\d+ to \d+\) \| \d+ \|/);
  });
});

it('levels go up and down in turns, so that a drift of the machine is no law', () => {
  const order = plannedLevels({ concurrency: [1, 2, 4], repetitions: 2, warm_up_s: 0, duration_s: 1 });
  expect(order.map(({ concurrency }) => concurrency)).toEqual([1, 2, 4, 4, 2, 1]);
  expect(order.map(({ repetition }) => repetition)).toEqual([1, 1, 1, 2, 2, 2]);
});

describe('bad usage', () => {
  const options: ScalabilityOptions = {
    concurrency: '1,2,4',
    repetitions: '3',
    duration: '4',
    warmUp: '1',
    tables: 'uniform',
    zipfExponent: '1',
    tablesPerRestaurant: '20',
    restaurants: '1',
    merged: '0',
    conflicts: '0',
    target: 'local',
    out: 'runs',
    sourceSchema: 'public',
    schema: 'table_stress',
    allow: [],
    copy: [],
    clock: 'real',
  };

  it.each([
    ['a hosted project', { target: 'staging' }, /calls as fast as the target answers/],
    [
      'a pool that is not ours',
      { target: 'target.json', poolSize: '20' },
      /--pool-size sets the pool of the local/,
    ],
    ['unknown tables', { tables: 'square' }, /--tables square: unknown/],
    ['no processes', { concurrency: '0,1' }, /--concurrency 0: is not a whole number from 1 to 500/],
    ['levels in words', { concurrency: '1,many' }, /--concurrency many: is not a whole number/],
    ['a share above one', { merged: '30' }, /--merged 30: is not a number from 0 to 1/],
    ['a share in words', { conflicts: 'few' }, /--conflicts few: is not a number/],
    ['no time', { duration: '0' }, /--duration 0: is not a number from 0.5/],
    ['no repetition', { repetitions: '0' }, /--repetitions 0: is not a whole number from 1/],
    ['a pool of none', { poolSize: '0' }, /--pool-size 0: is not a whole number from 1/],
  ] as const)('%s', async (_, more, message) => {
    await expect(checkScalability({ ...options, ...more })).rejects.toThrow(message);
  });

  it('levels are sorted, and named once', async () => {
    const { schedule } = await checkScalability({ ...options, concurrency: '8,1,8, 2' });
    expect(schedule.concurrency).toEqual([1, 2, 8]);
  });
});
