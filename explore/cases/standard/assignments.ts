import type { z } from 'zod';
import type { caseDefinitionSchema } from '../../../contracts/explore-case.ts';

export type CaseInput = z.input<typeof caseDefinitionSchema>;

const two = { a: {}, b: {} };

/** Two assignments. */
export const assignments: readonly CaseInput[] = [
  {
    name: 'assign-same-table',
    about: 'Two bookings want one table at the same time: one of them gets it.',
    tables: { t1: {} },
    bookings: two,
    calls: [
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
      { assign: { booking: 'b', tables: ['t1'], key: 'b' } },
    ],
  },
  {
    name: 'assign-same-customer',
    about: 'Two bookings of one guest want one table at the same time.',
    tables: { t1: {} },
    bookings: { a: { customer: 'guest' }, b: { customer: 'guest' } },
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'assign-overlapping-windows',
    about: 'Two bookings want one table for windows that overlap and start in different hours.',
    tables: { t1: {} },
    bookings: { a: {}, b: { from: 90, to: 210 } },
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'assign-adjacent-windows',
    about: 'Two bookings want one table, the second from the moment at which the first ends: both get it.',
    tables: { t1: {} },
    bookings: { a: {}, b: { from: 120, to: 240 } },
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'assign-swapped-sets',
    about: 'Two bookings want the same two tables, named in opposite orders.',
    tables: { t1: {}, t2: {} },
    bookings: two,
    calls: [
      { assign: { booking: 'a', tables: ['t1', 't2'], key: 'a' } },
      { assign: { booking: 'b', tables: ['t2', 't1'], key: 'b' } },
    ],
  },
  {
    name: 'assign-overlapping-sets',
    about: 'Two bookings want two tables each, one of which both want.',
    tables: { t1: {}, t2: {}, t3: {} },
    bookings: two,
    calls: [
      { assign: { booking: 'a', tables: ['t1', 't2'] } },
      { assign: { booking: 'b', tables: ['t3', 't2'] } },
    ],
  },
  {
    name: 'assign-same-booking',
    about: 'One booking is given two tables by two hosts.',
    tables: { t1: {}, t2: {} },
    bookings: { a: {} },
    calls: [
      { assign: { booking: 'a', tables: ['t1'], key: 'one' } },
      { assign: { booking: 'a', tables: ['t2'], key: 'two' } },
    ],
  },
  {
    name: 'assign-same-booking-moved',
    about: 'One host moves a booking that has a table, while another gives it a second one.',
    tables: { t1: {}, t2: {} },
    bookings: { a: {} },
    before: [{ assign: { booking: 'a', tables: ['t1'], key: 'before' } }],
    calls: [
      { assign: { booking: 'a', tables: ['t1'], key: 'one', from: 15, to: 135 } },
      { assign: { booking: 'a', tables: ['t2'], key: 'two' } },
    ],
  },
  {
    name: 'assign-same-key',
    about: 'A client repeats its call before the first one was answered.',
    tables: { t1: {} },
    bookings: { a: {} },
    calls: [
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
    ],
  },
  {
    name: 'assign-same-key-other-tables',
    about: 'One key is used for two different tables.',
    tables: { t1: {}, t2: {} },
    bookings: { a: {} },
    calls: [
      { assign: { booking: 'a', tables: ['t1'], key: 'a' } },
      { assign: { booking: 'a', tables: ['t2'], key: 'a' } },
    ],
  },
  {
    name: 'assign-other-tables',
    about: 'Two bookings want different tables of one zone: both get theirs.',
    tables: { t1: {}, t2: {} },
    bookings: two,
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t2'] } }],
  },
  {
    name: 'assign-other-zones',
    about: 'Two bookings want tables of different zones of one restaurant: both get theirs.',
    tables: { t1: {}, t2: { zone: 'patio' } },
    bookings: two,
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t2'] } }],
  },
  {
    name: 'assign-other-restaurants',
    about: 'Two bookings of different restaurants: both get their tables.',
    tables: { t1: {}, t2: { restaurant: 'other' } },
    bookings: { a: {}, b: { restaurant: 'other' } },
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t2'] } }],
  },
  {
    name: 'assign-capacity',
    about: 'Two bookings want different tables, and the restaurant may seat only one of them.',
    tables: { t1: {}, t2: {} },
    bookings: two,
    max_covers: 3,
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t2'] } }],
  },
  {
    name: 'assign-capacity-other-zones',
    about: 'The same in different zones and hours.',
    tables: { t1: {}, t2: { zone: 'patio' } },
    bookings: { a: {}, b: { from: 60, to: 180 } },
    max_covers: 3,
    calls: [{ assign: { booking: 'a', tables: ['t1'] } }, { assign: { booking: 'b', tables: ['t2'] } }],
  },
];
