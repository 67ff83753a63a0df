import type { CaseInput } from './assignments.ts';

const three = { a: {}, b: {}, c: {} };

/** Three calls, where a third one can do what two cannot. */
export const triples: readonly CaseInput[] = [
  {
    name: 'three-assign-same-table',
    about: 'Three bookings want one table.',
    tables: { t1: {} },
    bookings: three,
    calls: [
      { assign: { booking: 'a', tables: ['t1'] } },
      { assign: { booking: 'b', tables: ['t1'] } },
      { assign: { booking: 'c', tables: ['t1'] } },
    ],
  },
  {
    name: 'three-assign-ring',
    about: 'Three bookings want two tables each, in a ring.',
    tables: { t1: {}, t2: {}, t3: {} },
    bookings: three,
    calls: [
      { assign: { booking: 'a', tables: ['t1', 't2'] } },
      { assign: { booking: 'b', tables: ['t2', 't3'] } },
      { assign: { booking: 'c', tables: ['t3', 't1'] } },
    ],
  },
  {
    name: 'three-assign-same-key',
    about: 'A client repeats its call twice before the first one was answered.',
    tables: { t1: {} },
    bookings: { a: {} },
    calls: [
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
    ],
  },
  {
    name: 'three-unassign-assign-assign',
    about: 'A table is given back while two bookings want it.',
    tables: { t1: {} },
    bookings: three,
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [
      { unassign: { booking: 'a' } },
      { assign: { booking: 'b', tables: ['t1'] } },
      { assign: { booking: 'c', tables: ['t1'] } },
    ],
  },
  {
    name: 'three-confirm-release-assign',
    about: 'A hold is confirmed and released while another booking wants its table.',
    tables: { t1: {} },
    bookings: { a: {}, b: {} },
    holds: { h: { booking: 'a', tables: ['t1'] } },
    before: [{ hold: 'h' }],
    calls: [
      { confirm: { hold: 'h', booking: 'a' } },
      { release: 'h' },
      { assign: { booking: 'b', tables: ['t1'] } },
    ],
  },
  {
    name: 'three-hold-hold-assign',
    about: 'Two hosts hold a table that a third booking wants.',
    tables: { t1: {} },
    bookings: three,
    holds: { h: { booking: 'a', tables: ['t1'] }, i: { booking: 'b', tables: ['t1'] } },
    calls: [{ hold: 'h' }, { hold: 'i' }, { assign: { booking: 'c', tables: ['t1'] } }],
  },
  {
    name: 'three-assign-seat-refresh',
    about: 'A table is assigned and its guests are seated while it is refreshed.',
    base: 'now',
    tables: { t1: {}, t2: {} },
    bookings: { a: { from: -60, to: 60 } },
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [
      { assign: { booking: 'a', tables: ['t2'] } },
      { transition: { booking: 'a', status: 'checked_in' } },
      { refresh: 't1' },
    ],
  },
  {
    name: 'three-assign-capacity',
    about: 'Three bookings want different tables, and the restaurant may seat two of them.',
    tables: { t1: {}, t2: {}, t3: { zone: 'patio' } },
    bookings: three,
    max_covers: 4,
    calls: [
      { assign: { booking: 'a', tables: ['t1'] } },
      { assign: { booking: 'b', tables: ['t2'] } },
      { assign: { booking: 'c', tables: ['t3'] } },
    ],
  },
];
