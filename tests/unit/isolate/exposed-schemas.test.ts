import { describe, expect, it } from 'vitest';
import { exposeByHand, restoreByHand } from '../../../isolate/expose/fixes.ts';
import { relinked } from '../../../isolate/expose/restore.ts';
import { namesIn, union, withoutSchema, withSchema } from '../../../isolate/expose/schema-list.ts';
import { parseExposedSchemas } from '../../../target/staging/api.ts';

describe("PostgREST's list of exposed schemas", () => {
  it.each([
    [
      '12',
      { message: 'The schema must be one of the following: public, api', hint: null, details: null },
      ['public', 'api'],
    ],
    [
      '13',
      {
        message: 'Invalid schema: no,such',
        hint: 'Only the following schemas are exposed: public, api',
        details: null,
      },
      ['public', 'api'],
    ],
    [
      'a name that looks like the message',
      { message: 'Invalid schema: following: x', hint: 'Only the following schemas are exposed: public' },
      ['public'],
    ],
    [
      'odd names',
      { message: 'The schema must be one of the following: public, "a, b:c"' },
      ['public', '"a', 'b:c"'],
    ],
    ['a full stop', { hint: 'Only the following schemas are exposed: public.' }, ['public']],
  ])('%s', (_, body, names) => {
    expect(parseExposedSchemas({ code: 'PGRST106', ...body })).toEqual(names);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ message: 'Invalid schema: x' }],
    [{ message: 'the following: ' }],
    ['text'],
  ])('is not read out of %j', (body) => expect(parseExposedSchemas(body)).toBeNull());
});

describe('a list', () => {
  it.each([
    ['public', 'public, ts'],
    ['public,api', 'public,api, ts'],
    [' public , "a,b"', ' public , "a,b", ts'],
    ['', 'ts'],
    ['public,', 'public, ts'],
    ['public, ts', 'public, ts'],
    ['ts2, tss', 'ts2, tss, ts'],
  ])('%j with ts is %j', (list, expected) => expect(withSchema(list, 'ts')).toBe(expected));

  it.each([
    ['public, ts', 'public'],
    ['public,ts ,api', 'public,api'],
    ['ts, public', 'public'],
    ['public, ts, ts', 'public'],
    ['ts', null],
    ['public, ts2', 'public, ts2'],
  ])('%j without ts is %j', (list, expected) => expect(withoutSchema(list, 'ts')).toBe(expected));

  it.each(['public', 'public,api', ' public , "a,b"', 'a,, b'])('%j is put back to the letter', (list) => {
    // Except for blanks around the whole, which the database keeps and a list does not need.
    expect(withoutSchema(withSchema(list, 'ts'), 'ts')).toBe(list.trimStart());
  });

  it('takes over what it lacks, in order', () => {
    expect(union('b, a', ['a', 'c', 'd'])).toBe('b, a, c, d');
    expect(namesIn(union('', ['a', 'b']))).toEqual(['a', 'b']);
  });
});

describe('the record of a schema that was exposed after another', () => {
  const mine = { role: 'authenticator', database: null, before: null, set: 'public, a' };
  const theirs = { role: 'authenticator', database: null, before: 'public, a', set: 'public, a, b' };
  it.each([
    ['knows what was there before the other', theirs, mine, { before: null, set: 'public, b' }],
    [
      'keeps what else changed',
      { ...theirs, before: 'api, a', set: 'api, a, b' },
      mine,
      { before: 'api', set: 'api, b' },
    ],
    [
      'and without the other record, only loses its entry',
      theirs,
      undefined,
      { before: 'public', set: 'public, b' },
    ],
    ['with no setting before', { ...theirs, before: null }, mine, { before: null, set: 'public, b' }],
  ])('%s', (_, before, gone, expected) => expect(relinked(before, gone, 'a')).toMatchObject(expected));
});

describe('what a person has to do', () => {
  const place = { role: 'authenticator', database: null, value: null };
  it('by the dashboard, the Management API or SQL', () => {
    expect(exposeByHand('public, ts', place, 'abcdefghijklmnopqrst')).toEqual([
      'in the dashboard, API settings, Exposed schemas: public, ts',
      'or by the Management API: PATCH /v1/projects/abcdefghijklmnopqrst/postgrest with {"db_schema":"public, ts"}',
      "or as a role that may: ALTER ROLE authenticator SET pgrst.db_schemas = 'public, ts'; NOTIFY pgrst, 'reload config'; NOTIFY pgrst, 'reload schema'",
    ]);
    expect(exposeByHand('public, ts', place, 'local')[1]).toContain('/v1/projects/{ref}/postgrest');
  });
  it('to undo it, with quotes where they belong', () => {
    const exposure = { role: 'authenticator', database: 'postgres', before: "it's", set: '' };
    expect(restoreByHand(exposure)).toContain(
      `ALTER ROLE authenticator IN DATABASE "postgres" SET pgrst.db_schemas = 'it''s';`,
    );
    expect(restoreByHand({ ...exposure, before: null })).toContain('RESET pgrst.db_schemas;');
  });
});
