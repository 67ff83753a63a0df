import type { Structure } from '../../sql/structure.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';
import { hasAlias, placeOf } from './aliases.ts';
import type { Collector, Layer } from './layer.ts';
import type { Renaming } from './renaming.ts';

/**
 * Finds `source.name` among the tokens of a layer and calls of functions that have wrappers.
 *
 * `source.name` is replaced unless the name belongs to an extension, or unless something in the text is called like
 * the schema (a table alias, a record, a label) and the name is no object of the schema. What may be either is left
 * and reported.
 */
export function rewriteReferences(
  structure: Structure,
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
): void {
  const aliased = hasAlias(structure, renaming.from);
  for (let i = 0; i < structure.tokens.length; i += 1) {
    if (structure.word(i + 1) === '.') {
      if (structure.name(i) === renaming.from)
        rewriteQualified(structure, i, layer, renaming, collector, aliased);
      else rewriteWrapped(structure, i, layer, renaming, collector);
    } else if (structure.name(i) === renaming.from && isSchemaClause(structure, i)) {
      replaceName(structure, i, layer, renaming, collector);
    }
  }
}

function replaceName(s: Structure, i: number, layer: Layer, { to }: Renaming, collector: Collector): void {
  const token = s.tokens[i];
  if (token) collector.replace(layer, token.start, token.end, quoteIdentifier(to));
}

function leave(
  s: Structure,
  from: number,
  to: number,
  layer: Layer,
  collector: Collector,
  why: string,
): void {
  collector.find('leftover', layer, s.tokens[from]?.start ?? 0, s.tokens[to]?.end ?? layer.text.length, why);
}

function rewriteQualified(
  s: Structure,
  i: number,
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
  aliased: boolean,
): void {
  const name = s.name(i + 2);
  const cloned = name !== null && renaming.cloned.has(name);
  if (s.word(i - 1) === '.') {
    // `x.public.name`: a column or field called like the schema, or a name with the database in front.
    const column = s.name(i - 2) === renaming.from && s.word(i - 3) !== '.';
    if (cloned && s.name(i - 2) !== null && !column) {
      leave(s, i - 2, i + 2, layer, collector, 'three parts: a field, or an object of the deployed schema');
    }
    return;
  }
  if (s.word(i + 2) === '*') return;
  if (name === null && isOperator(s, i)) {
    rewriteOperator(s, i, layer, renaming, collector);
    return;
  }
  // Behind the dot: a name, the end of a piece of dynamic SQL, or a placeholder.
  if (name === null && i + 2 < s.tokens.length && s.word(i + 2) !== '%') return;
  if (name !== null && renaming.staying.has(name)) {
    if (cloned) leave(s, i, i + 2, layer, collector, 'an extension and the application both have this name');
    return;
  }
  if (aliased) {
    const place = placeOf(s, i);
    if (place === 'unclear' && cloned) {
      leave(s, i, i + 2, layer, collector, `something in this text is called ${renaming.from} too`);
    }
    if (place !== 'object') return;
  }
  replaceName(s, i, layer, renaming, collector);
}

/** `OPERATOR(public.&&)`, as the catalog writes operators that are not on the search path. */
function isOperator(s: Structure, i: number): boolean {
  return s.word(i - 1) === 'operator' || (s.word(i - 1) === '(' && s.word(i - 2) === 'operator');
}

function rewriteOperator(
  s: Structure,
  i: number,
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
): void {
  const operator = s.word(i + 2);
  if (renaming.cloned.has(operator)) replaceName(s, i, layer, renaming, collector);
  else if (!renaming.staying.has(operator)) {
    leave(s, i, i + 2, layer, collector, 'an operator that is neither cloned nor known to be an extension’s');
  }
}

/** `IN SCHEMA public`, `SET SCHEMA public`, `COMMENT ON SCHEMA public` … */
function isSchemaClause(s: Structure, i: number): boolean {
  let before = i - 1;
  while (['if', 'not', 'exists'].includes(s.word(before))) before -= 1;
  if (s.word(before) !== 'schema' || s.word(before - 1) === 'foreign') return false;
  const { start } = s.statement(i);
  // Extensions are not cloned, so the schema they are put into stays.
  return !(s.word(start + 1) === 'extension');
}

function rewriteWrapped(
  s: Structure,
  i: number,
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
): void {
  const first = s.tokens[i];
  const last = s.tokens[i + 2];
  if (first?.name == null || last?.name == null || s.word(i - 1) === '.' || s.word(i + 3) !== '(') return;
  const wrapper = renaming.wrappers.get(`${first.name}.${last.name}`);
  if (wrapper !== undefined) {
    collector.replace(layer, first.start, last.end, wrapper, 'a function out of reach, through its wrapper');
  }
}
