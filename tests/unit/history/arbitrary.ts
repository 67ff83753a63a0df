import fc from 'fast-check';
import {
  OPERATION_VERSION,
  type Operation,
  operationTypes,
  resultClasses,
} from '../../../history/operation.ts';

/** Any operation that the load generator can record. */

const uuid = fc.uuid();
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const instant = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .chain((date) =>
    fc.constantFrom(date.toISOString(), date.toISOString().replace(/Z$/, '+00:00').replace('.000', '')),
  );
const text = fc.string({ unit: 'grapheme' });
const error = fc.record({ message: text, details: nullable(text), hint: nullable(text) });

const assignFields = {
  booking_id: uuid,
  table_ids: fc.array(uuid, { maxLength: 5 }),
  idempotency_key: nullable(text),
  require_adjacency: fc.boolean(),
  start_at: nullable(instant),
  end_at: nullable(instant),
};
const assignInput = fc.record(assignFields);
const confirmInput = fc.record({ ...assignFields, hold_id: uuid });
const holdInput = fc.record({
  hold_id: uuid,
  booking_id: nullable(uuid),
  table_ids: fc.array(uuid, { minLength: 1, maxLength: 5 }),
  start_at: instant,
  end_at: instant,
  expires_at: instant,
});
const assignedRow = fc.record({
  table_id: uuid,
  start_at: instant,
  end_at: instant,
  merge_group_id: nullable(uuid),
});

const value = (answer: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(answer, error, fc.constant(null));
const shape = (...parts: [f: string, input: fc.Arbitrary<unknown>, value: fc.Arbitrary<unknown>]) =>
  fc.record({ f: fc.constant(parts[0]), input: parts[1], value: value(parts[2]) });

const shapes = fc.oneof(
  shape('assign', assignInput, fc.array(assignedRow, { maxLength: 5 })),
  shape('confirm', confirmInput, fc.array(assignedRow, { maxLength: 5 })),
  shape('unassign', fc.record({ booking_id: uuid, table_ids: nullable(fc.array(uuid)) }), fc.array(uuid)),
  shape('refresh', fc.record({ table_id: uuid }), fc.constant(null)),
  shape(
    'status',
    fc.record({ table_ids: fc.array(uuid) }),
    fc.dictionary(uuid, fc.constantFrom('available', 'reserved', 'occupied'), { noNullPrototype: true }),
  ),
  shape('transition', fc.record({ booking_id: uuid, status: text }), fc.constant(null)),
  shape('hold', holdInput, fc.constant(null)),
  shape('release', fc.record({ hold_id: uuid }), fc.constant(null)),
);

const base = fc
  .record(
    {
      v: fc.constant(OPERATION_VERSION),
      run: fc.stringMatching(/^[0-9a-f]{8}$/),
      runner: fc.string({ minLength: 1 }),
      process: fc.nat(),
      index: fc.nat(),
      scenario: fc.string({ minLength: 1 }),
      t0: fc.maxSafeNat(),
      t1: fc.maxSafeNat(),
      type: fc.constantFrom(...operationTypes),
      class: fc.constantFrom(...resultClasses),
      code: nullable(text),
      http: fc.nat(599),
      retry: fc.nat(10),
      round: fc.record({ round: fc.nat(), slot: text, scheduled: fc.maxSafeNat() }),
      expect: fc.array(text, { maxLength: 3 }),
    },
    {
      requiredKeys: [
        'v',
        'run',
        'runner',
        'process',
        'index',
        'scenario',
        't0',
        't1',
        'type',
        'class',
        'code',
        'http',
        'retry',
      ],
      noNullPrototype: true,
    },
  )
  .map(({ t0, t1, ...rest }) => ({ ...rest, t0: Math.min(t0, t1), t1: Math.max(t0, t1) }));

export const operation = fc.tuple(base, shapes).map((parts) => Object.assign({}, ...parts) as Operation);
