import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../../sql/parser.ts';
import { decodeSource } from '../../../../target/migrations/source.ts';
import { type SplitFile, splitStatements } from '../../../../target/migrations/statements.ts';

beforeAll(() => loadParser());

const split = (text: string | Buffer): SplitFile => splitStatements(decodeSource(Buffer.from(text)));

/** Each statement as `line: text`. */
const shown = (text: string | Buffer): string[] =>
  split(text).statements.map((statement) => `${statement.line}: ${statement.text}`);

it.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['space', ' \n\t', []],
  ['comments only', '-- a\n/* b; /* c; */ */\n', []],
  ['stray semicolons', ';;select 1;;', ['1: select 1']],
  ['no semicolon at the end', 'select 1;\nselect 2\n', ['1: select 1', '2: select 2']],
  ['a comment behind the last one', 'select 1 -- one\n', ['1: select 1 -- one']],
  ['comments before', '-- a;\n/* b */ select 1; -- c\n\nselect 2;', ['2: select 1', '4: select 2']],
  ['CRLF', 'select 1;\r\n\r\nselect 2;\r\n', ['1: select 1', '3: select 2']],
  ['a byte order mark', '\ufeffselect 1;', ['1: select 1']],
  [
    'semicolons in strings',
    `select ';', E'\\';', U&'\\0041;', ";";select 2`,
    [`1: select ';', E'\\';', U&'\\0041;', ";"`, '1: select 2'],
  ],
  [
    'dollar quotes',
    'do $$ begin; $x$ end; $$;\nselect $a$ $$; $a$;',
    ['1: do $$ begin; $x$ end; $$', '2: select $a$ $$; $a$'],
  ],
  [
    'characters of several bytes',
    "select 'ä🍽;';\n\tselect 'é'; select 3",
    ["1: select 'ä🍽;'", "2: select 'é'", '2: select 3'],
  ],
  [
    'a body with semicolons',
    'create function f() returns int begin atomic select 1; select case when true then 2 end; end;\nselect 3;',
    [
      '1: create function f() returns int begin atomic select 1; select case when true then 2 end; end',
      '2: select 3',
    ],
  ],
  [
    'a rule with semicolons',
    'create rule r as on insert to t do also (select 1; select 2);\nselect 3;',
    ['1: create rule r as on insert to t do also (select 1; select 2)', '2: select 3'],
  ],
])('splits %s', (_, text, statements) => {
  expect(shown(text)).toEqual(statements);
});

describe('what the parser does not understand is a statement of its own', () => {
  it.each<[string, string, string[], number]>([
    ['first', 'selec 1;\nselect 2;', ['1: selec 1', '2: select 2'], 0],
    [
      'in the middle',
      "select 'ä';\n\n  selec 'ö;' ; select 3",
      ["1: select 'ä'", "3: selec 'ö;'", '3: select 3'],
      1,
    ],
    ['last, without an end', 'select 1;\nselect 2 from', ['1: select 1', '2: select 2 from'], 1],
    ['behind a comment', 'select 1;\n-- c\n\nselec 2;', ['1: select 1', '4: selec 2'], 1],
    ['an open quote', "select 1;\nselect 'abc;\nselect 2;", ['1: select 1', "2: select 'abc;\nselect 2;"], 1],
    ['an open dollar quote', 'select 1; do $$ begin;', ['1: select 1', '1: do $$ begin;'], 1],
    ['an open comment', 'select 1;\n/* select 2;', ['1: select 1', '2: /* select 2;'], 1],
    ['an open identifier', 'select 1; create table "a;', ['1: select 1', '1: create table "a;'], 1],
    ['a bad escape', "select U&'\\zzzz;'; select 2", ["1: select U&'\\zzzz;'", '1: select 2'], 0],
    [
      'in a body',
      'select 0;create function f() returns int begin atomic select case 1 when 1 then 1 end; selec 2; end; select 3',
      [
        '1: select 0',
        '1: create function f() returns int begin atomic select case 1 when 1 then 1 end; selec 2; end',
        '1: select 3',
      ],
      1,
    ],
    [
      'a control character',
      "select 1; selec '\u0001;'; select 3",
      ['1: select 1', "1: selec '\u0001;'", '1: select 3'],
      1,
    ],
  ])('%s', (_, text, statements, index) => {
    expect(shown(text)).toEqual(statements);
    const kinds = split(text).statements.map(({ kind }) => kind === '');
    expect(kinds.indexOf(true)).toBe(index);
    expect(kinds.lastIndexOf(true)).toBe(index);
  });
});

describe('what pg_dump writes for psql', () => {
  it('commands are taken out and named', () => {
    const text =
      "\\restrict abc'd\n\nset x.y = 1;\n\\connect other\nselect 1\n\\gexec\nselect 2;\n\\unrestrict abc";
    expect(shown(text)).toEqual(['3: set x.y = 1', '5: select 1', '7: select 2']);
    expect(split(text).psqlLines).toEqual([
      { line: 1, text: "\\restrict abc'd" },
      { line: 4, text: '\\connect other' },
      { line: 6, text: '\\gexec' },
      { line: 8, text: '\\unrestrict abc' },
    ]);
  });

  it.each([
    ['rows', "1\tit's\n2\t\\N; select\n"],
    ['no rows', ''],
    ['rows with CRLF', '1\ta\r\n'],
  ])('COPY with %s', (_, rows) => {
    const text = `select 1;\nCOPY public.t (a, b) FROM stdin;\n${rows}\\.\n\nselect 2;`;
    expect(split(text).statements.map(({ text, inlineRows }) => [text, inlineRows])).toEqual([
      ['select 1', false],
      ['COPY public.t (a, b) FROM stdin', true],
      ['select 2', false],
    ]);
    expect(split(text).psqlLines).toEqual([]);
  });

  it('COPY twice, and rows without an end', () => {
    const text = 'COPY a FROM stdin;\n1\n\\.\nCOPY b FROM stdin;\n2\n';
    expect(split(text).statements.map(({ text, inlineRows }) => [text, inlineRows])).toEqual([
      ['COPY a FROM stdin', true],
      ['COPY b FROM stdin', true],
    ]);
  });
});

describe('files', () => {
  it('in UTF-16 with a byte order mark are read', () => {
    expect(shown(Buffer.from('\ufeffselect 1;\r\nselect 2;', 'utf16le'))).toEqual([
      '1: select 1',
      '2: select 2',
    ]);
  });

  it.each([
    ['Latin-1', Buffer.from('select \xe4', 'latin1'), /not valid UTF-8/],
    ['a zero byte', Buffer.from('select 1;\0'), /zero byte/],
  ])('in %s are refused', (_, bytes, message) => {
    expect(() => decodeSource(bytes)).toThrow(message);
  });

  it('of a thousand statements take no time', () => {
    const body = 'create function f() returns void language plpgsql as $$ begin perform 1; end $$;\n'.repeat(
      2000,
    );
    const began = performance.now();
    const { statements } = split(`${body}\\unrestrict x\n`);
    expect(statements).toHaveLength(2000);
    expect(statements.at(-1)?.line).toBe(2000);
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});
