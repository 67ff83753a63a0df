import type { CaseInput } from './assignments.ts';

const two = { a: {}, b: {} };
/** A window that the present moment is in. */
const underWay = { from: -60, to: 60 };

/** Bookings that give tables back or change their status, and refreshes. */
export const bookings: readonly CaseInput[] = [
  {
    name: 'assign-unassign',
    about: 'A table is given back while another booking wants it.',
    tables: { t1: {} },
    bookings: two,
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [{ unassign: { booking: 'a' } }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'assign-unassign-same-booking',
    about: 'A booking gives its tables back while it is given another one.',
    tables: { t1: {}, t2: {} },
    bookings: { a: {} },
    before: [{ assign: { booking: 'a', tables: ['t1'], key: 'one' } }],
    calls: [{ unassign: { booking: 'a' } }, { assign: { booking: 'a', tables: ['t2'], key: 'two' } }],
  },
  {
    name: 'unassign-unassign',
    about: 'A set of tables is given back twice, in parts that overlap.',
    tables: { t1: {}, t2: {} },
    bookings: { a: {} },
    before: [{ assign: { booking: 'a', tables: ['t1', 't2'] } }],
    calls: [{ unassign: { booking: 'a', tables: ['t1'] } }, { unassign: { booking: 'a' } }],
  },
  {
    name: 'assign-refresh',
    about: 'A table is refreshed while it is assigned for a window that is under way.',
    base: 'now',
    tables: { t1: {} },
    bookings: { a: underWay },
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { refresh: 't1' }],
  },
  {
    name: 'unassign-refresh',
    about: 'A table is refreshed while it is given back within its window.',
    base: 'now',
    tables: { t1: {} },
    bookings: { a: underWay },
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [{ unassign: { booking: 'a' } }, { refresh: 't1' }],
  },
  {
    name: 'seat-refresh',
    about: 'A table is refreshed while its guests are seated.',
    base: 'now',
    tables: { t1: {} },
    bookings: { a: underWay },
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [{ transition: { booking: 'a', status: 'checked_in' } }, { refresh: 't1' }],
  },
  {
    name: 'assign-seat',
    about: 'A booking is seated while it is given another table.',
    base: 'now',
    tables: { t1: {}, t2: {} },
    bookings: { a: underWay },
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [
      { assign: { booking: 'a', tables: ['t2'] } },
      { transition: { booking: 'a', status: 'checked_in' } },
    ],
  },
  {
    name: 'assign-cancel',
    about: 'A booking is cancelled while it is given a table.',
    tables: { t1: {} },
    bookings: { a: {} },
    calls: [
      { assign: { booking: 'a', tables: ['t1'] } },
      { transition: { booking: 'a', status: 'cancelled' } },
    ],
  },
  {
    name: 'assign-cancelled-table',
    about: 'A booking is cancelled while another one wants its table.',
    tables: { t1: {} },
    bookings: two,
    before: [{ assign: { booking: 'a', tables: ['t1'] } }],
    calls: [
      { transition: { booking: 'a', status: 'cancelled' } },
      { assign: { booking: 'b', tables: ['t1'] } },
    ],
  },
  {
    name: 'assign-no-show',
    about: 'Guests are given up while another booking wants two tables, one of which is theirs.',
    tables: { t1: {}, t2: {} },
    bookings: two,
    before: [{ assign: { booking: 'a', tables: ['t2'] } }],
    calls: [
      { transition: { booking: 'a', status: 'no_show' } },
      { assign: { booking: 'b', tables: ['t2', 't1'] } },
    ],
  },
];
