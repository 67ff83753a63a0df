import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Renaming } from '../../../../isolate/rewrite/renaming.ts';
import { rewriteSql, undoEdits } from '../../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../../sql/tokens.ts';
import { withClock } from './marked.ts';

beforeAll(loadScanner);

/** Pieces that change, whatever is around them. */
const changing = [
  'perform public.f(x);',
  'insert into "public".bookings values (1);',
  "execute 'delete from public.bookings where a = ''b''';",
  'execute $q$ select public.f($r$ public.x y $r$) $q$;',
  "execute format('select * from public.%I where z = %L', t, 'public.x y');",
  "if TG_TABLE_SCHEMA = 'public' then null; end if;",
  "x := to_regclass('public.bookings');",
  "x := E'public.bookings';",
  'x := now() + current_date;',
  'set local search_path = public, x;',
  "execute 'select ''' || x || ''' from public.' || t;",
  'x := auth.uid();',
];

/** Pieces that stay, byte for byte. */
const staying = [
  '-- public.bookings, now()\n',
  "/* public.f('public.x') /* nested public.y */ */",
  "raise notice 'see public.bookings, now: %', v;",
  "x := 'public.bookings are fine';",
  "y := 'public'::visibility;",
  'x := "Public".f(publications.a);',
  "x := 'ä😀 it''s public';\r\n",
  '$lbl$ public $lbl$;',
  'x := 1.5e3 <= y;',
  "if kind in ('public', 'private') then null; end if;",
];

const pieces = fc.array(fc.constantFrom(...changing, ...staying), { maxLength: 25 });
const separators = fc.array(fc.constantFrom('\n', '\r\n', ' ', '\n\n\t', ' -- public.x\n', ' /* now() */ '), {
  minLength: 25,
  maxLength: 25,
});

const join = (parts: readonly string[], between: readonly string[]): string =>
  parts.map((part, i) => part + between[i]).join('');

describe('any sequence of statements', () => {
  it('each piece is rewritten as if it were alone, and everything between stays', () => {
    fc.assert(
      fc.property(pieces, separators, (parts, between) => {
        const rewritten = rewriteSql(join(parts, between), withClock, 'plpgsql');
        const alone = parts.map((part) => rewriteSql(part, withClock, 'plpgsql').text);
        expect(rewritten.text).toBe(join(alone, between));
        for (const [i, part] of parts.entries()) expect(alone[i] === part).toBe(staying.includes(part));
      }),
    );
  });

  it('the edits lead back, and a second time changes nothing', () => {
    fc.assert(
      fc.property(pieces, separators, (parts, between) => {
        const text = join(parts, between);
        const rewritten = rewriteSql(text, withClock, 'plpgsql');
        expect(undoEdits(rewritten)).toBe(text);
        expect(rewriteSql(rewritten.text, withClock, 'plpgsql').edits).toEqual([]);
      }),
    );
  });

  it('the same holds inside a function, a string and a DO block', () => {
    const wrap = [
      (body: string) => `create function public.g() returns void language plpgsql as $body$${body}$body$`,
      (body: string) => `do '${body.replaceAll("'", "''")}'`,
      (body: string) => `do E'${body.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
    ];
    fc.assert(
      fc.property(pieces, separators, fc.constantFrom(...wrap), (parts, between, wrapped) => {
        const body = join(parts, between);
        const inside = rewriteSql(body, withClock, 'plpgsql');
        const rewritten = rewriteSql(wrapped(body), withClock, 'sql');
        expect(rewritten.text.replace('table_stress.g', 'public.g')).toBe(
          wrapped(inside.text).replace('table_stress.g', 'public.g'),
        );
        expect(undoEdits(rewritten)).toBe(wrapped(body));
      }),
    );
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...[
      'public',
      '.',
      'bookings',
      "'",
      '"',
      '$$',
      '||',
      'execute',
      ' ',
      '(',
      ')',
      ',',
      ';',
      '=',
      '::',
      'regclass',
    ],
    ...[
      'format',
      '%I',
      '\\',
      'E',
      'U&',
      'uescape',
      '--',
      '/*',
      '*/',
      '\n',
      'now()',
      'case',
      'end',
      'ä',
      '😀',
      ':=',
      'in',
    ],
  );
  it('never fails, and the edits lead back', () => {
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 40 }),
        fc.constantFrom('sql', 'plpgsql'),
        (parts, language) => {
          const text = parts.join('');
          const rewritten = rewriteSql(text, withClock, language);
          expect(undoEdits(rewritten)).toBe(text);
          for (const { line } of rewritten.findings) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(text.split('\n').length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The other way round. */
const inverse = (renaming: Renaming): Renaming => ({
  ...renaming,
  from: renaming.to,
  to: renaming.from,
  staying: new Set(),
  wrappers: new Map(),
});

it('qualified names lead back by the inverse renaming', () => {
  const text = "select public.f(x, 'public.f'::regproc) from public.bookings where table_schema = 'public'";
  const { text: there } = rewriteSql(text, { ...withClock, virtualClock: false }, 'sql');
  expect(rewriteSql(there, inverse({ ...withClock, virtualClock: false }), 'sql').text).toBe(text);
});
