import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecordReader } from '../../../history/record-reader.ts';
import { operationSchema } from '../../../history/schema.ts';
import { operation } from './arbitrary.ts';
import { run } from './records.ts';

/** As JSON, so that the order of the fields counts as well. */
const bySchema = (line: string): string | null => {
  const result = operationSchema.safeParse(JSON.parse(line));
  return result.success ? JSON.stringify(result.data) : null;
};
const withoutSchema = (line: string): string | null => {
  const record = new RecordReader(run).read(JSON.parse(line));
  return record && JSON.stringify(record);
};

/** What a damaged record may hold in place of a value. */
const junk = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  '',
  'x',
  '2026-06-01T12:00:00',
  [],
  [null],
  ['x'],
  {},
  { message: 'm', details: null, hint: null },
  { message: 'm', details: null, hint: null, more: 1 },
);

const recorded = operation.map((one) => ({ ...one, run }));

it('reads what the load generators record as the schema does', () => {
  let [all, read] = [0, 0];
  fc.assert(
    fc.property(recorded, (one) => {
      const line = JSON.stringify(one);
      const found = withoutSchema(line);
      all += 1;
      if (found === null) return;
      read += 1;
      expect(found).toBe(bySchema(line));
    }),
    { numRuns: 2000 },
  );
  expect(read / all).toBeGreaterThan(0.7);
});

it('takes nothing that the schema refuses, whatever is damaged', () => {
  let refused = 0;
  fc.assert(
    fc.property(recorded, fc.nat(), fc.constantFrom('change', 'drop', 'add'), junk, (one, at, how, value) => {
      const damagedRecord = structuredClone(one) as unknown as Record<string, unknown>;
      const places = placesOf(damagedRecord);
      const place = places[at % places.length] as Place;
      if (how === 'change') place.owner[place.name] = value;
      else if (how === 'add') place.owner.extra = value;
      else delete place.owner[place.name];
      const line = JSON.stringify(damagedRecord);
      const expected = bySchema(line);
      const found = withoutSchema(line);
      if (expected === null) refused += 1;
      if (found !== null) expect(found, line).toBe(expected);
    }),
    { numRuns: 5000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

interface Place {
  owner: Record<string, unknown>;
  name: string;
}

/** Every field of a record, at any depth. */
function placesOf(owner: Record<string, unknown>): Place[] {
  return Object.entries(owner).flatMap(([name, value]) => [
    { owner, name },
    ...(typeof value === 'object' && value !== null ? placesOf(value as Record<string, unknown>) : []),
  ]);
}
