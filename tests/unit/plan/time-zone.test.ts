import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bookableWindow,
  instantOf,
  isRepeated,
  localTime,
  nextTransition,
  utcOffset,
} from '../../../plan/time-zone.ts';
import { instantsOf, offsetAt } from './local-clock.ts';

const zones = [
  'UTC',
  'Europe/London',
  'Europe/Paris',
  'America/New_York',
  'America/St_Johns',
  'America/Los_Angeles',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
] as const;
const anyZone = fc.constantFrom(...zones);
const anyInstant = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2036-01-01') });
const iso = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString();

it.each([
  ['Europe/London', '2026-01-01T00:00:00Z', '2026-03-29T01:00:00.000Z'],
  ['Europe/London', '2026-03-29T00:59:59Z', '2026-03-29T01:00:00.000Z'],
  ['Europe/London', '2026-03-29T00:59:59.900Z', '2026-03-29T01:00:00.000Z'],
  ['Europe/London', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00.000Z'],
  ['Europe/London', '2026-10-25T01:00:00Z', '2027-03-28T01:00:00.000Z'],
  ['America/New_York', '2026-01-01T00:00:00Z', '2026-03-08T07:00:00.000Z'],
  ['America/New_York', '2026-06-01T00:00:00Z', '2026-11-01T06:00:00.000Z'],
  ['America/St_Johns', '2026-06-01T00:00:00Z', '2026-11-01T04:30:00.000Z'],
  ['Australia/Lord_Howe', '2026-01-01T00:00:00Z', '2026-04-04T15:00:00.000Z'],
  ['Australia/Lord_Howe', '2026-06-01T00:00:00Z', '2026-10-03T15:30:00.000Z'],
  ['Pacific/Auckland', '2026-01-01T00:00:00Z', '2026-04-04T14:00:00.000Z'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z', null],
  ['UTC', '2026-01-01T00:00:00Z', null],
])('clocks of %s after %s change at %s', (timezone, after, expected) => {
  expect(iso(nextTransition(Date.parse(after), timezone))).toBe(expected);
});

it.each([
  ['Europe/London', '2026-07-01T11:30:15Z', '2026-07-01', '12:30:15', 1],
  ['America/New_York', '2026-01-01T04:59:59Z', '2025-12-31', '23:59:59', -5],
  ['Asia/Kathmandu', '2028-02-28T18:15:00Z', '2028-02-29', '00:00:00', 5.75],
  ['Australia/Lord_Howe', '2026-07-01T00:00:00Z', '2026-07-01', '10:30:00', 10.5],
  ['America/St_Johns', '2026-01-01T12:00:00Z', '2026-01-01', '08:30:00', -3.5],
  ['UTC', '2026-01-01T00:00:00Z', '2026-01-01', '00:00:00', 0],
])('in %s it is at %s the %s, %s', (timezone, instant, date, time, hours) => {
  const at = Date.parse(instant);
  expect(localTime(at, timezone)).toEqual({ date, time });
  expect(utcOffset(at, timezone)).toBe(hours * 3_600_000);
  expect(instantOf(date, time, timezone)).toBe(at);
});

it.each([
  ['Europe/London', '2026-10-24T23:59:59Z', false],
  ['Europe/London', '2026-10-25T00:00:00Z', true],
  ['Europe/London', '2026-10-25T01:59:59Z', true],
  ['Europe/London', '2026-10-25T02:00:00Z', false],
  ['Europe/London', '2026-03-29T01:00:00Z', false],
  ['Australia/Lord_Howe', '2026-04-04T14:29:59Z', false],
  ['Australia/Lord_Howe', '2026-04-04T14:30:00Z', true],
  ['Australia/Lord_Howe', '2026-04-04T15:29:59Z', true],
  ['Australia/Lord_Howe', '2026-04-04T15:30:00Z', false],
  ['Asia/Kathmandu', '2026-10-25T00:00:00Z', false],
])('the local time in %s at %s occurs twice: %s', (timezone, instant, repeated) => {
  expect(isRepeated(Date.parse(instant), timezone)).toBe(repeated);
});

describe('at any instant, in any zone', () => {
  const assert = (check: (instant: number, timezone: string) => void) =>
    fc.assert(fc.property(anyInstant, anyZone, check), { numRuns: 2000 });

  it('the offset is the one that the runtime prints', () => {
    assert((instant, timezone) => {
      expect(utcOffset(instant, timezone)).toBe(offsetAt(instant, timezone));
    });
  });

  it('a local time has one meaning, unless it is repeated', () => {
    assert((instant, timezone) => {
      const second = Math.floor(instant / 1000) * 1000;
      const { date, time } = localTime(second, timezone);
      const meanings = instantsOf(date, time, timezone);
      expect(meanings).toContain(second);
      expect(isRepeated(second, timezone)).toBe(meanings.length > 1);
      expect(meanings).toContain(instantOf(date, time, timezone));
    });
  });
});

it('local times around a change of the clocks come back as the instants that they were', () => {
  for (const timezone of zones) {
    for (let from = Date.parse('2026-01-01'); ; ) {
      const transition = nextTransition(from, timezone);
      if (transition === null || transition > Date.parse('2028-01-01')) break;
      from = transition;
      for (let minutes = -180; minutes <= 180; minutes += 5) {
        const instant = transition + minutes * 60_000;
        const { date, time } = localTime(instant, timezone);
        if (!isRepeated(instant, timezone)) expect(instantOf(date, time, timezone)).toBe(instant);
      }
    }
  }
});

it.each([
  ['a window of one day', 'UTC', '2026-06-01T10:00Z', '2026-06-01T12:00Z', '10:00', '12:00'],
  ['a window across midnight', 'UTC', '2026-06-01T22:00Z', '2026-06-02T00:30Z', '22:00', '23:59'],
  ['a window up to midnight', 'UTC', '2026-06-01T22:00Z', '2026-06-02T00:00Z', '22:00', '23:59'],
  ['a window from just before midnight', 'UTC', '2026-06-01T23:50Z', '2026-06-02T01:00Z', '22:59', '23:59'],
  ['a start that occurs twice', 'Europe/London', '2026-10-25T00:30Z', '2026-10-25T03:00Z', '00:30', '03:00'],
  ['an end that occurs twice', 'Europe/London', '2026-10-24T23:15Z', '2026-10-25T01:30Z', '00:15', '02:30'],
])('bookable: %s', (_, timezone, from, to, start, end) => {
  const window = bookableWindow(Date.parse(from), Date.parse(to), timezone);
  expect(localTime(window.start, timezone).time).toBe(`${start}:00`);
  expect(localTime(window.end, timezone).time).toBe(`${end}:00`);
  expect(localTime(window.start, timezone).date).toBe(localTime(window.end, timezone).date);
});
