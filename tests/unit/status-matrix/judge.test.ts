import { beforeAll, describe, expect, it } from 'vitest';
import { statusMatrixSchema } from '../../../contracts/status-matrix.ts';
import { loadScanner } from '../../../sql/tokens.ts';
import { correct, storedBy } from '../../../status-matrix/behaviour.ts';
import { judge, unobserved } from '../../../status-matrix/judge.ts';
import { makeMatrix, noMatrix, scriptFiles } from '../../../status-matrix/matrix.ts';
import type { RefreshRecord } from '../../../status-matrix/record.ts';
import { later } from '../../../status-matrix/situation.ts';
import { groupsOf, tallyOf } from '../../../status-matrix/tally.ts';
import { deployment, everyRecord, lookups, origin, recordOf } from './deployment.ts';

beforeAll(loadScanner);

const right = (): RefreshRecord[] => everyRecord(({ situation }) => storedBy(correct, situation));
const legacy = (): RefreshRecord[] =>
  everyRecord(({ situation }) => storedBy({ ...correct, lower: 'ignored' }, situation));
const matrixOf = (records: readonly RefreshRecord[], incomplete: string | null = null) =>
  makeMatrix({
    tag: origin.tag,
    records,
    clone: null,
    notes: ['a note', 'a note'],
    incomplete,
    scripts: { description: deployment(), lookups, origin },
  });

const notObserved = { outcome: 'not observed' as const, reason: 'a trigger is in the way' };
const missed = (previous: RefreshRecord['previous'], outcome = notObserved): RefreshRecord =>
  recordOf('ended', previous, null, { missing: outcome, previous_by: null, elapsed_us: null });

describe('the verdict', () => {
  it('is pass when all that is possible agrees', () => {
    const forbidden = {
      ...missed('available'),
      missing: { outcome: 'not possible' as const, reason: '23P01' },
    };
    expect(judge([...right(), forbidden]).verdict).toBe('pass');
  });

  it('is fail by a single difference', () => {
    const { verdict, observations } = judge([...right(), recordOf('ended', 'available', 'reserved')]);
    expect(verdict).toBe('fail');
    expect(observations.at(-1)).toMatchObject({ outcome: 'differs', expected: ['available'] });
  });

  it('is fail when a refresh raises an error', () => {
    const error = recordOf('ended', 'available', null, { error: 'it raised an error (22012)' });
    expect(judge([...right(), error])).toMatchObject({ verdict: 'fail', variant: { names: [] } });
  });

  it('is unknown when nothing was observed, or nothing but what is not possible', () => {
    expect(judge([]).verdict).toBe('unknown');
    const forbidden = {
      ...missed('available'),
      missing: { outcome: 'not possible' as const, reason: '23P01' },
    };
    expect(judge([forbidden]).verdict).toBe('unknown');
  });

  it('is unknown as long as a case with a previous status was not observed by anybody', () => {
    const most = right().filter(({ one, previous }) => one.id !== 'ended' || previous !== 'occupied');
    const { observations, verdict } = judge([...most, missed('occupied')]);
    expect(verdict).toBe('unknown');
    expect(unobserved(observations).map((each) => each.reason)).toEqual(['a trigger is in the way']);
    const onClock = recordOf('ended', 'occupied', 'available', { runner: 'clock', elapsed_us: null });
    expect(judge([...most, missed('occupied'), onClock]).verdict).toBe('pass');
  });

  it('takes out of service by maintenance for no proof of what happens to that by hand', () => {
    const most = right().filter(({ one, previous }) => one.id !== 'ended' || previous !== 'out_of_service');
    const { one } = recordOf('maintenance-ended', 'available', null);
    const maintained = { ...recordOf('ended', 'available', null).one, earlier: one.allocations };
    const onClock = recordOf('ended', 'out_of_service', 'available', { one: maintained, runner: 'clock' });
    expect(judge([...most, missed('out_of_service'), onClock]).verdict).toBe('unknown');
  });
});

it('what a clock that goes on stores is compared with the rule at that moment', () => {
  const records = everyRecord(({ situation }) => storedBy(correct, later(situation, 500)));
  const { variant, verdict, observations } = judge(records);
  expect([variant.names, variant.clock, verdict]).toEqual([['correct'], 'moving', 'pass']);
  const soon = observations.find(({ case: id }) => id === 'microsecond-before-start');
  expect(soon).toMatchObject({ expected: ['reserved'], stored: 'reserved', outcome: 'agrees' });
});

describe('the matrix', () => {
  it('follows its schema, and has a script for each case that differs, once', () => {
    const matrix = statusMatrixSchema.parse(matrixOf([...legacy(), ...legacy()]));
    expect(matrix).toMatchObject({ verdict: 'fail', variant: { names: ['legacy'] }, notes: ['a note'] });
    const differing = matrix.observations.filter(({ outcome }) => outcome === 'differs');
    const files = scriptFiles(matrix);
    expect(differing.length).toBe(files.size * 2);
    for (const { script } of differing) expect([...files.values()]).toContain(script);
    for (const { outcome, script } of matrix.observations)
      expect(outcome === 'differs').toBe(script !== null);
    expect([...files.keys()][0]).toBe('to-come.previous-available.sql');
  });

  it('cannot pass without a part of it, which is named first', () => {
    expect(matrixOf(right())).toMatchObject({ verdict: 'pass', notes: ['a note'] });
    expect(matrixOf(right(), 'no clone')).toMatchObject({
      verdict: 'unknown',
      notes: ['no clone', 'a note'],
    });
    expect(matrixOf(legacy(), 'no clone').verdict).toBe('fail');
  });

  it('that there is not is unknown', () => {
    expect(statusMatrixSchema.parse(noMatrix(origin.tag, 'only the API is known', false)).verdict).toBe(
      'unknown',
    );
  });

  it('counts by group and previous status', () => {
    const { observations } = matrixOf([...legacy(), missed('occupied')]);
    expect(groupsOf(observations).slice(0, 3)).toEqual(['no allocation', 'one window', 'start of a window']);
    expect(tallyOf(observations, 'one window', 'available')).toEqual({
      agreeing: 3,
      observed: 5,
      differs: true,
      missing: null,
    });
    expect(tallyOf([...judge([missed('occupied')]).observations], 'one window', 'occupied').missing).toBe(
      'not observed',
    );
    expect(tallyOf(observations, 'nowhere', 'occupied').missing).toBeNull();
  });
});
