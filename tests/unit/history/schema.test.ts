import fc from 'fast-check';
import { expect, it } from 'vitest';
import { operationSchema } from '../../../history/schema.ts';
import { operation } from './arbitrary.ts';
import { end, lines, readText, record, run } from './records.ts';

it('any operation comes back from its line as it was', () => {
  fc.assert(
    fc.property(operation, (recorded) => {
      expect(operationSchema.parse(JSON.parse(JSON.stringify(recorded)))).toEqual(recorded);
    }),
    { numRuns: 500 },
  );
});

it('no field may be left out', () => {
  const names = Object.keys(record(0));
  fc.assert(
    fc.property(operation, fc.constantFrom(...names), (recorded, name) => {
      const { [name as 'v']: _, ...rest } = recorded;
      expect(operationSchema.safeParse(rest).success).toBe(false);
    }),
  );
});

it('a file of arbitrary operations is read back whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 8 }), async (generated) => {
      const recorded = generated.map((one, index) => ({ ...one, run, runner: 'smoke', process: 0, index }));
      const history = await readText(lines(...recorded, end(recorded.length)));
      expect(history.incomplete.size).toBe(0);
      expect(history.operations.toSorted((a, b) => a.index - b.index)).toEqual(recorded);
    }),
    { numRuns: 30 },
  );
});
