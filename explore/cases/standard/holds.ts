import type { CaseInput } from './assignments.ts';

const two = { a: {}, b: {} };

/** Holds against assignments and against each other. */
export const holds: readonly CaseInput[] = [
  {
    name: 'assign-hold',
    about: 'A host holds a table for one booking while another booking is given it.',
    tables: { t1: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t1'] } },
    calls: [{ hold: 'h' }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'assign-own-hold',
    about: 'A host holds a table for a booking that is given it at the same time.',
    tables: { t1: {} },
    bookings: { a: {} },
    holds: { h: { booking: 'a', tables: ['t1'] } },
    calls: [{ hold: 'h' }, { assign: { booking: 'a', tables: ['t1'] } }],
  },
  {
    name: 'assign-hold-swapped-sets',
    about: 'A hold and an assignment of the same two tables, named in opposite orders.',
    tables: { t1: {}, t2: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t2', 't1'] } },
    calls: [{ hold: 'h' }, { assign: { booking: 'b', tables: ['t1', 't2'] } }],
  },
  {
    name: 'hold-hold',
    about: 'Two hosts hold one table for different bookings.',
    tables: { t1: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t1'] }, i: { booking: 'b', tables: ['t1'] } },
    calls: [{ hold: 'h' }, { hold: 'i' }],
  },
  {
    name: 'assign-release',
    about: 'A hold is released while another booking wants its table.',
    tables: { t1: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t1'] } },
    before: [{ hold: 'h' }],
    calls: [{ release: 'h' }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'assign-lapsed-hold',
    about:
      'A hold whose time is over is made for a table that another booking wants: it stands in nobody’s way.',
    tables: { t1: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t1'], lapsed: true } },
    calls: [{ hold: 'h' }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'confirm-assign-lapsed-hold',
    about: 'A hold whose time is over is confirmed while another booking wants its table.',
    tables: { t1: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t1'], lapsed: true } },
    before: [{ hold: 'h' }],
    calls: [{ confirm: { hold: 'h', booking: 'a' } }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'confirm-assign',
    about: 'A hold is confirmed while another booking wants its table.',
    tables: { t1: {} },
    bookings: two,
    holds: { h: { booking: 'a', tables: ['t1'] } },
    before: [{ hold: 'h' }],
    calls: [{ confirm: { hold: 'h', booking: 'a' } }, { assign: { booking: 'b', tables: ['t1'] } }],
  },
  {
    name: 'confirm-confirm',
    about: 'Two hosts confirm one hold for its booking, under one key.',
    tables: { t1: {} },
    bookings: { a: {} },
    holds: { h: { booking: 'a', tables: ['t1'] } },
    before: [{ hold: 'h' }],
    calls: [
      { confirm: { hold: 'h', booking: 'a', key: 'k' } },
      { confirm: { hold: 'h', booking: 'a', key: 'k' } },
    ],
  },
  {
    name: 'confirm-release',
    about: 'A hold is released while it is confirmed.',
    tables: { t1: {} },
    bookings: { a: {} },
    holds: { h: { booking: 'a', tables: ['t1'] } },
    before: [{ hold: 'h' }],
    calls: [{ confirm: { hold: 'h', booking: 'a' } }, { release: 'h' }],
  },
];
