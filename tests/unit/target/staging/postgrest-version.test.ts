import { describe, expect, it } from 'vitest';
import { parseExposedSchemas } from '../../../../target/staging/api.ts';
import { implicationsOf } from '../../../../target/staging/postgrest-version.ts';

describe('hidden retries by version and build', () => {
  it.each([
    ['12.0.2', 'x86_64', 'repeats', 'returns'],
    ['12.2.12', null, 'repeats', 'returns'],
    ['13.0.4', 'aarch64', 'repeats', 'returns'],
    ['13.0.5', 'x86_64', 'repeats', 'unknown'],
    ['13.0.8', null, 'repeats', 'unknown'],
    ['14.1', 'x86_64', 'repeats', 'repeats'],
    ['14.17', 'aarch64', 'repeats', 'returns'],
    ['14.17', null, 'repeats', 'unknown'],
    ['15.0', 'x86_64', 'unknown', 'unknown'],
    ['16.0', 'x86_64', 'returns', 'returns'],
    ['17.2.1', null, 'returns', 'returns'],
    ['11.2.0', 'x86_64', 'unknown', 'unknown'],
    [null, null, 'unknown', 'unknown'],
  ])('%s on %s: 40001 %s, 40P01 %s', (version, machine, serialization, deadlock) => {
    const implications = implicationsOf(version, machine);
    expect(implications).toMatchObject({ serialization, deadlock });
    expect(implications.text).toMatch(/40001.*40P01/);
  });
});

it.each([
  // PostgREST 12
  [{ message: 'The schema must be one of the following: public, graphql_public', hint: null, details: null }],
  // 13 and later
  [
    {
      message: 'Invalid schema: no,such,schema',
      hint: 'Only the following schemas are exposed: public, graphql_public',
      details: null,
    },
  ],
])('the list of exposed schemas in %j', (body) => {
  expect(parseExposedSchemas({ code: 'PGRST106', ...body })).toEqual(['public', 'graphql_public']);
});

it.each([[undefined], [null], ['text'], [{}], [{ message: 'Invalid schema: x', hint: null }]])(
  'no list in %j',
  (body) => {
    expect(parseExposedSchemas(body)).toBeNull();
  },
);
