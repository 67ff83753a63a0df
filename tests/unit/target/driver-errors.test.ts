import { expect, it } from 'vitest';
import { isDriversOwn } from '../../../target/postgres/driver-errors.ts';

/** An error of a statement, as postgres.js makes it. */
const of = (query: string): Error => Object.assign(new Error('write CONNECTION_CLOSED'), { query });

function thrownIn(file: string, message = "Cannot read properties of null (reading 'write')"): Error {
  const error = new TypeError(message);
  error.stack = `TypeError: ${message}\n    at Immediate.nextWrite (file:///project/${file}:255:22)`;
  return error;
}

it.each([
  ['the rollback', thrownIn('node_modules/postgres/src/connection.js')],
  [
    'the array types',
    of('select b.oid, b.typarray\n from pg_catalog.pg_type a\n left join pg_catalog.pg_type b'),
  ],
])('%s is the own business of the driver', (_, error) => expect(isDriversOwn(error)).toBe(true));

it.each([
  ['a statement of ours', of('select 1')],
  ['a defect of ours', thrownIn('isolate/clone.ts')],
  [
    'another defect of the driver',
    thrownIn('node_modules/postgres/src/connection.js', 'x is not a function'),
  ],
  ['no error', 'CONNECTION_CLOSED'],
])('%s is not', (_, error) => expect(isDriversOwn(error)).toBe(false));
