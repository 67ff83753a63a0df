import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import type { ColumnDescription } from '../../../contracts/schema-description.ts';
import { fillRows } from '../../../seed/fill.ts';
import { column, context, table } from './descriptions.ts';

const id = column('id', 'uuid');
const planned = [{ id: 'a' }, { id: 'b' }];
const typeOf = { references: { table: 'booking_types', column: 'code' } };

describe('planned columns', () => {
  it('are passed on as they are', () => {
    const filled = fillRows(
      table('zones', [id, column('name', 'text')]),
      [{ id: 'a', name: 'x' }],
      context(),
    );
    expect(filled).toEqual({ rows: [{ id: 'a', name: 'x' }], omitted: [], added: [] });
  });

  it.each<[string, ColumnDescription[]]>([
    ['the table does not have', []],
    ['the database generates', [column('start_at', 'timestamp with time zone', { generated: true })]],
  ])('that %s are omitted, and named', (_, columns) => {
    const rows = [{ id: 'a', start_at: '2026-01-01' }];
    const filled = fillRows(table('bookings', [id, ...columns]), rows, context());
    expect(filled).toEqual({ rows: [{ id: 'a' }], omitted: ['start_at'], added: [] });
  });

  it('that are null stay null: the plan knows the column', () => {
    const rows = [{ id: 'a', checked_in_at: null }];
    const columns = [id, column('checked_in_at', 'timestamp with time zone', { nullable: true })];
    expect(fillRows(table('bookings', columns), rows, context()).rows).toEqual(rows);
  });
});

it.each<[string, Partial<ColumnDescription>]>([
  ['may be null', { nullable: true }],
  ['has a default', { hasDefault: true }],
  ['is generated', { generated: true }],
])('a column that the plan does not know and that %s is left to the database', (_, more) => {
  const filled = fillRows(table('zones', [id, column('extra', 'point', more)]), planned, context());
  expect(filled).toEqual({ rows: planned, omitted: [], added: [] });
});

describe('a required column that the plan does not know', () => {
  it.each([
    ['smallint', 1],
    ['integer', 1],
    ['bigint', 1],
    ['numeric', 1],
    ['numeric(10,2)', 1],
    ['real', 1],
    ['double precision', 1],
    ['boolean', false],
    ['json', { tag: 'ts-abcdef01' }],
    ['jsonb', { tag: 'ts-abcdef01' }],
    ['date', '2026-01-01'],
    ['timestamp with time zone', '2026-01-01T00:00:00Z'],
    ['timestamp(3) without time zone', '2026-01-01T00:00:00Z'],
    ['time without time zone', '12:00:00'],
    ['interval', '90 minutes'],
    ['text[]', []],
    ['uuid[]', []],
    ['character varying(255)[]', []],
    ['text', 'ts-abcdef01-extra-0'],
    ['character varying', 'ts-abcdef01-extra-0'],
    ['extensions.citext', 'ts-abcdef01-extra-0'],
  ])('of type %s gets a value', (type, value) => {
    const filled = fillRows(table('zones', [id, column('extra', type)]), [{ id: 'a' }], context());
    expect(filled.rows).toEqual([{ id: 'a', extra: value }]);
    expect(filled.added).toEqual([`extra (${type})`]);
  });

  it('of an enum gets its first label', () => {
    const mood = column('mood', 'public.mood', { labels: ['calm', 'loud'] });
    expect(fillRows(table('zones', [id, mood]), [{ id: 'a' }], context()).rows).toEqual([
      { id: 'a', mood: 'calm' },
    ]);
  });

  it('that refers to a lookup table gets a row of it', () => {
    const columns = [id, column('booking_type', 'text', typeOf)];
    const filled = fillRows(table('bookings', columns), planned, context({ 'booking_types.code': 'dinner' }));
    expect(filled.rows.map((row) => row.booking_type)).toEqual(['dinner', 'dinner']);
  });
});

describe('a required column without a possible value', () => {
  const errorOf = (columns: ColumnDescription[]): UsageError => {
    try {
      fillRows(table('bookings', [id, ...columns]), planned, context());
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return error as UsageError;
    }
    throw new Error('the rows were filled');
  };

  it.each(['point', 'bytea', 'tstzrange', 'public.some_domain'])('of type %s is named', (type) => {
    const error = errorOf([column('place', type)]);
    expect(error.message).toBe(
      `seed: the database requires bookings.place (${type}), and no value for it can be derived`,
    );
    expect(error.fixes).toEqual(['give bookings.place a default, or allow null']);
  });

  it('that refers to an empty table is named with that table', () => {
    expect(errorOf([column('booking_type', 'text', typeOf)]).fixes).toEqual([
      'put a row into booking_types, or give booking_type a default',
    ]);
  });

  it('is named together with all others', () => {
    const error = errorOf([column('place', 'point'), column('name', 'text'), column('area', 'box')]);
    expect(error.message).toContain('bookings.place (point), bookings.area (box),');
    expect(error.message).not.toContain('name');
    expect(error.fixes).toHaveLength(2);
  });
});

it('a table without planned rows needs nothing', () => {
  const columns = [column('table_a', 'uuid', { references: { table: 'x', column: 'id' } })];
  expect(fillRows(table('table_adjacencies', columns), [], context())).toEqual({
    rows: [],
    omitted: [],
    added: [],
  });
});
