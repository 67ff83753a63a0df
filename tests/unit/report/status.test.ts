import { describe, expect, it } from 'vitest';
import { scenarioTimelines } from '../../../report/statistics/scenario-timeline.ts';
import { chooseLanes, staleReads, statusLags } from '../../../report/statistics/status-lag.ts';
import { isStale, statusLanes } from '../../../report/statistics/status-lanes.ts';
import { bookingId, call, fixtureData, ORIGIN, tableId } from './fixture.ts';

const history = fixtureData().history ?? { operations: [], anchors: new Map() };
const timelines = scenarioTimelines(history);
const clock = { offset_ms: 0, error_ms: 0.5 };
const boundary = timelines.find(({ scenario }) => scenario === 'window-boundary');

describe('scenario timelines', () => {
  it('places each scenario on the wall clock of its own runner', () => {
    expect(timelines.map(({ scenario, origin }) => [scenario, origin])).toEqual([
      ['hot-table', ORIGIN - 1000],
      ['window-boundary', ORIGIN + 5],
    ]);
    expect(boundary?.calls[0]).toMatchObject({ start: 0, end: 15 });
  });

  it('places runners of one scenario on one line', () => {
    const other = { ...call('window-boundary', 1, 0, 5, 9), runner: 'second' };
    const anchor = history.anchors.get('window-boundary');
    if (!anchor) throw new Error('the fixture has that anchor');
    const anchors = new Map([
      ...history.anchors,
      ['second', { ...anchor, runner: 'second', wall_ms: ORIGIN + 100 }],
    ]);
    const [first] = scenarioTimelines({ operations: [call('window-boundary', 0, 0, 5, 20), other], anchors });
    expect(first?.calls.map(({ start, end }) => [start, end])).toEqual([
      [0, 15],
      [100, 104],
    ]);
  });

  it('says which clocks are not tied to the wall clock', () => {
    const [first] = scenarioTimelines({ operations: [call('x', 0, 0, 5, 20)], anchors: new Map() });
    expect(first).toMatchObject({ origin: null, unanchored: ['x'], span: 15 });
  });
});

describe('status lanes', () => {
  const lanes = boundary ? statusLanes(boundary, clock) : [];

  it('follows the window of the acknowledged call', () => {
    expect(lanes).toHaveLength(1);
    expect(lanes[0]?.table).toBe(tableId);
    expect(lanes[0]?.changes.map(({ at, before, after }) => [at, before, after])).toEqual([
      [395, 'available', 'reserved'],
      [695, 'reserved', 'available'],
    ]);
  });

  it('tells reads right after a refresh from those that staff saw', () => {
    expect(staleReads(lanes, true)).toEqual({ stale: 0, judged: 9 });
    expect(staleReads(lanes, false)).toEqual({ stale: 2, judged: 9 });
    expect(lanes[0]?.reads.filter(isStale).map(({ from }) => from)).toEqual([445, 745]);
  });

  it('measures from the change to the first read that shows it', () => {
    expect(
      statusLags(lanes).map(({ change, refreshed, lags, unseen }) => [change, refreshed, lags, unseen]),
    ).toEqual([
      ['available → reserved', false, [154], 0],
      ['reserved → available', false, [154], 0],
      ['available → reserved', true, [74], 0],
      ['reserved → available', true, [74], 0],
    ]);
  });

  it('does not judge a read while the rule changes', () => {
    const [lane] = boundary ? statusLanes(boundary, { offset_ms: 0, error_ms: 60 }) : [];
    expect(lane?.reads.filter(({ expected }) => expected === null)).not.toHaveLength(0);
  });

  it('follows check-in and release', () => {
    if (!boundary) throw new Error('the fixture has that scenario');
    const placed = (operation: ReturnType<typeof call>, start: number) => ({
      operation,
      start,
      end: start + 5,
    });
    const base = call('window-boundary', 0, 0, 0, 1);
    const seat = {
      ...base,
      f: 'transition' as const,
      input: { booking_id: bookingId, status: 'checked_in' },
      value: null,
    };
    const free = {
      ...base,
      f: 'unassign' as const,
      input: { booking_id: bookingId, table_ids: null },
      value: [],
    };
    const calls = [...boundary.calls, placed(seat, 500), placed(free, 600)].sort((a, b) => a.start - b.start);
    const [lane] = statusLanes({ ...boundary, calls }, clock);
    expect(lane?.changes.map(({ at, after }) => [at, after])).toEqual([
      [395, 'reserved'],
      [505, 'occupied'],
      [605, 'available'],
    ]);
  });

  it('chooses broken lanes first, then one of each course', () => {
    const [lane] = lanes;
    if (!lane) throw new Error('there is a lane');
    const wrong = {
      ...lane,
      table: 'wrong',
      reads: lane.reads.map((read) => ({ ...read, status: 'occupied' })),
    };
    const short = { ...lane, table: 'short', changes: lane.changes.slice(0, 1) };
    expect(chooseLanes([lane, lane, short, wrong], 3).map(({ table }) => table)).toEqual([
      'wrong',
      'short',
      tableId,
    ]);
  });
});
