import type { Structure } from './structure.ts';

/** Whether a column, variable, parameter or label of this name holds names of schemas. */
export function looksLikeSchema(name: string | null): boolean {
  return name !== null && /schema|nspname|namespace|(^|_)nsp($|_)/i.test(name);
}

/**
 * Last name of the operand that ends before a token: `nspname` of `(n.nspname)::text =`, `table_schema` of
 * `lower(c.table_schema) =`. null when there is none.
 */
export function operandBefore(s: Structure, operator: number): string | null {
  let at = operator - 1;
  for (;;) {
    while (isTypeEnd(s, at)) at = beforeCast(s, at);
    if (s.word(at) !== ')') return s.name(at);
    const open = s.openOf(at);
    if (open === undefined) return null;
    const callee = s.callee(open);
    if (callee !== null && at === open + 1) return callee.parts.at(-1) ?? null;
    at -= 1;
  }
}

/** As `operandBefore`, for the operand that begins with a token. */
export function operandAfter(s: Structure, first: number): string | null {
  let at = first;
  while (s.word(at) === '(' || (s.word(at + 1) === '(' && s.word(at + 2) !== ')')) at += 1;
  if (['any', 'all', 'some'].includes(s.word(at))) at += 2;
  while (s.word(at + 1) === '.') at += 2;
  return s.name(at);
}

/** Whether a token ends the type of a cast, as in `x::name`, `x::character varying`, `x::pg_catalog.text`. */
function isTypeEnd(s: Structure, at: number): boolean {
  return beforeCast(s, at) !== at;
}

function beforeCast(s: Structure, at: number): number {
  let type = at;
  if (s.word(type) === 'varying') type -= 1;
  if (s.name(type) === null) return at;
  if (s.word(type - 1) === '.' && s.word(type - 3) === '::') return type - 4;
  return s.word(type - 1) === '::' ? type - 2 : at;
}
