import { describe, expect, it } from 'vitest';
import { TargetError, UsageError } from '../../../contracts/errors.ts';
import { idRange, tagPattern } from '../../../plan/identity.ts';
import { planCases } from '../../../status-matrix/cases.ts';
import { type FittedRows, fitRows } from '../../../status-matrix/fit-rows.ts';
import { aroundNow } from '../../../status-matrix/placement.ts';
import { planRows } from '../../../status-matrix/rows.ts';
import { planWalks } from '../../../status-matrix/walks.ts';
import { column } from '../seed/descriptions.ts';
import { deployment, lookups, origin } from './deployment.ts';
import { summer } from './situations.ts';

const planned = planRows(planCases(summer), origin, () => aroundNow);
const fitted = (without: readonly string[] = []): FittedRows =>
  fitRows(deployment(without), planned, origin, lookups);

const idsOf = ({ shared, cases }: FittedRows): string[] =>
  [...shared, ...cases.flatMap(({ tables, own }) => [...tables, ...own.inserts])].flatMap(({ row }) =>
    typeof row.id === 'string' ? [row.id] : [],
  );

describe('rows', () => {
  it('are the same for the same origin, and carry its tag in ids that no two of them share', () => {
    expect(planRows(planCases(summer), origin, () => aroundNow)).toEqual(planned);
    const ids = idsOf(fitted());
    expect(ids.length).toBeGreaterThan(200);
    expect(new Set(ids).size).toBe(ids.length);
    const { from, to } = idRange(origin.tag);
    for (const id of ids) {
      expect(from <= id && id <= to).toBe(true);
      expect(id).toMatch(new RegExp(tagPattern(origin.tag)));
    }
  });

  it('of a merged set name one booking and the group', () => {
    const rows = fitted().cases.find(({ case: one }) => one.id === 'merge-group');
    const named = (table: string, key: string): unknown[] =>
      rows?.own.inserts.filter((insert) => insert.table === table).map(({ row }) => row[key]) ?? [];
    expect(new Set(named('allocations', 'booking_id')).size).toBe(1);
    expect(named('allocations', 'resource_type')).toEqual(['merge_group', 'table', 'table']);
    const [group] = named('allocations', 'id');
    expect(named('allocations', 'resource_id')[0]).toBe(group);
    expect(named('booking_table_assignments', 'merge_group_id')).toEqual([group, group]);
  });

  it('of what was over earlier are kept apart', () => {
    const walks = planWalks(summer).filter(({ previous }) => previous === 'occupied');
    const { cases } = planRows(
      walks.map((walk) => walk.case),
      origin,
      () => aroundNow,
    );
    for (const { earlier } of cases) {
      expect(earlier.inserts.map(({ table }) => table)).toEqual([
        'customers',
        'bookings',
        'allocations',
        'booking_table_assignments',
      ]);
      expect(earlier.transitions).toHaveLength(1);
    }
  });
});

describe('a deployment', () => {
  it('gets values for the columns that it requires besides', () => {
    const { cases, notes, impossible } = fitted();
    for (const { tables } of cases) expect(tables[0]?.row.surcharge).toBe(1);
    const booking = cases.flatMap(({ own }) => own.inserts).find(({ table }) => table === 'bookings');
    expect(booking?.row.booking_type).toBe('dinner');
    expect([notes, impossible.size]).toEqual([[], 0]);
  });

  it('may lack what the rule does not look at', () => {
    const { notes, shared, cases } = fitted(['allowed_capacities', 'booking_table_assignments']);
    expect(notes).toEqual([
      'allowed_capacities: not in this deployment, left out',
      'booking_table_assignments: not in this deployment, left out',
    ]);
    const tables = new Set([...shared, ...cases.flatMap(({ own }) => own.inserts)].map(({ table }) => table));
    expect(tables.has('booking_table_assignments') || tables.has('allowed_capacities')).toBe(false);
  });

  it('may want assignments that cannot be filled: they are left out, and that is said', () => {
    const description = deployment();
    const assignments = description.tables.find(({ name }) => name === 'booking_table_assignments');
    assignments?.columns.push(column('place', 'point'));
    expect(fitRows(description, planned, origin, lookups).notes[0]).toMatch(
      /^booking_table_assignments: left out, the database requires booking_table_assignments\.place/,
    );
  });

  it.each([
    ['allocations.shadow', ['shadow', 'shadow-of-guests', 'shadow-of-maintenance', 'shadow-over-window']],
    ['allocations.is_maintenance', ['maintenance-over-guests', 'shadow-of-maintenance', 'maintenance']],
  ])('without %s has no such case', (missing, expected) => {
    const { impossible } = fitted([missing]);
    const ids = [...impossible.keys()].map(({ case: one }) => one.id);
    expect(ids.slice(0, expected.length)).toEqual(expected);
    expect([...impossible.values()][0]).toBe(`allocations has no column ${missing.split('.')[1]}`);
  });

  it.each([
    [['allocations'], 'schema public has no table allocations'],
    [['allocations.window'], 'allocations has no column window that can be written'],
    [['table_inventory.status'], 'table_inventory has no column status that can be written'],
  ])('without %s cannot be tried', (without, message) => {
    expect(() => fitted(without)).toThrow(message);
    expect(() => fitted(without)).toThrow(TargetError);
  });

  it('whose required columns cannot be filled is named', () => {
    const description = deployment();
    description.tables.find(({ name }) => name === 'bookings')?.columns.push(column('place', 'point'));
    expect(() => fitRows(description, planned, origin, lookups)).toThrow(UsageError);
    expect(() => fitRows(description, planned, origin, lookups)).toThrow('bookings.place (point)');
  });
});
