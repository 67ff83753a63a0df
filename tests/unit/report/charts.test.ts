import { describe, expect, it } from 'vitest';
import { drawHeatMap } from '../../../report/charts/heat-map.ts';
import { drawLatency } from '../../../report/charts/latency.ts';
import { drawOperations } from '../../../report/charts/operation-timeline.ts';
import { drawOutcomes } from '../../../report/charts/outcomes.ts';
import { drawRoundSpread } from '../../../report/charts/round-spread.ts';
import { drawConcurrency, drawThroughput } from '../../../report/charts/throughput.ts';
import { cutScale, evenScale } from '../../../report/charts/time-scale.ts';
import { bucketsOf } from '../../../report/statistics/buckets.ts';
import type { PlacedCall } from '../../../report/statistics/scenario-timeline.ts';
import { call } from './fixture.ts';
import { parseXml } from './well-formed.ts';

const placed = (start: number, end: number): PlacedCall => ({
  operation: call('x', 0, 0, start, end),
  start,
  end,
});

describe.each([
  ['one call of no length', [placed(0, 0)]],
  ['two calls', [placed(0, 10), placed(5, 5000)]],
])('charts of %s', (_, calls) => {
  const buckets = bucketsOf(Math.max(...calls.map(({ end }) => end)));

  it.each([
    ['latency', () => drawLatency('c', 'assign', calls, buckets).svg],
    ['heat map', () => drawHeatMap('assign', calls, buckets)?.svg ?? drawOutcomes('c', [], buckets)],
    ['outcomes', () => drawOutcomes('c', calls, buckets)],
    ['throughput', () => drawThroughput('c', calls, buckets)],
    ['concurrency', () => drawConcurrency('c', calls, buckets)],
    ['spread', () => drawRoundSpread('c', [{ round: 0, contenders: 2, spread: 3 }])],
  ])('%s is a well-formed picture with a name and no fixed colours of its own', (__, draw) => {
    const svg = draw().text;
    expect(svg).not.toContain('NaN');
    const root = parseXml(svg);
    expect(root.name).toBe('svg');
    expect(root.attributes.role).toBe('img');
    expect(root.attributes['aria-label']?.length).toBeGreaterThan(20);
    expect(svg).not.toMatch(/class=|<style|font-family|zr\d/);
    const colours = new Set([...svg.matchAll(/(?:fill|stroke)="(#[^"]+)"/g)].map(([, colour]) => colour));
    // Clip paths have a colour that is never seen.
    colours.delete('#000');
    expect([...colours]).toEqual([]);
  });
});

describe('latency', () => {
  it('is logarithmic only where one outlier would flatten all the rest', () => {
    const steady = Array.from({ length: 30 }, (_, index) => placed(index, index + 2));
    const buckets = bucketsOf(1000);
    expect(drawLatency('c', 'f', steady, buckets).logarithmic).toBe(false);
    expect(drawLatency('c', 'f', [...steady, placed(0, 900)], buckets).logarithmic).toBe(true);
  });
});

describe('timeline of calls', () => {
  it('has a lane for each process and a bar for each call', () => {
    const operations = [call('x', 0, 0, 1, 5), call('x', 1, 0, 2, 9), call('x', 0, 1, 6, 8)];
    const svg = drawOperations(operations, undefined)?.text ?? '';
    parseXml(svg);
    expect(svg.match(/class="lane-name"/g)).toHaveLength(2);
    expect(svg.match(/<rect/g)).toHaveLength(3);
  });

  it('is nothing for no calls', () => expect(drawOperations([], undefined)).toBeNull());

  it('frames the call where the promise breaks, and says so', () => {
    const operations = [call('x', 0, 0, 1, 5), call('x', 1, 0, 2, 9)];
    const svg = drawOperations(operations, undefined, 2)?.text ?? '';
    parseXml(svg);
    expect(svg.match(/class="breaks"/g)).toHaveLength(1);
    expect(svg).toContain('the promise breaks in call 2');
    expect(svg).toMatch(/<title>2: assign[^<]*here the promise breaks/);
  });
});

describe('scales', () => {
  it('runs from left to right, within the drawing', () => {
    const scale = evenScale(5650, 100, 900);
    expect([scale.x(0), scale.x(5650), scale.x(9999)]).toEqual([100, 900, 900]);
    expect(scale.ticks.map(({ label }) => label)).toEqual(['0 s', '1 s', '2 s', '3 s', '4 s', '5 s']);
  });

  it('cuts long stretches out, and keeps the order', () => {
    const scale = cutScale(
      [
        { from: 10, to: 20 },
        { from: 5000, to: 5030 },
        { from: 5035, to: 5040 },
      ],
      100,
      900,
    );
    expect(scale.cuts).toHaveLength(1);
    expect(scale.cuts[0]?.label).toBe('4.98 s');
    const places = [10, 20, 5000, 5030, 5035, 5040].map((at) => scale.x(at));
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect([places[0], places.at(-1)]).toEqual([100, 900]);
  });

  it('takes intervals of no length', () => {
    const scale = cutScale([{ from: 5, to: 5 }], 100, 900);
    expect(Number.isFinite(scale.x(5))).toBe(true);
  });
});
