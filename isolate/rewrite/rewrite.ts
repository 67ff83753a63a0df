import type { Language } from '../../sql/structure.ts';
import { ScanError, scan } from '../../sql/tokens.ts';
import { applyEdits, Collector, outermost } from './layer.ts';
import { mayConcern } from './relevance.ts';
import type { Renaming, Rewritten } from './renaming.ts';
import { Rewriting } from './rewriting.ts';

export { rewriteSearchPath } from './search-path.ts';

/**
 * Rewrites references to the deployed schema in a piece of SQL or a PL/pgSQL body into references to the isolated one.
 *
 * Identifiers are found by PostgreSQL's own scanner, so comments never change. What a string constant means is decided
 * by its position first:
 *
 * - `RAISE`, `COMMENT … IS`: text for people, stays
 * - the body of a function or `DO`, and whatever `EXECUTE`, `query_to_xml`, `dblink`, `cron.schedule` run, directly or
 *   through a variable: SQL, rewritten like the text itself
 * - casts to and arguments of type `regclass`, `regprocedure`, `regtype` …, sequence and privilege functions: names
 * - the schema's name alone where a schema's name is expected: compared with `nspname`, `table_schema` and the like,
 *   `%I` of `format`, `quote_ident`, variables and parameters called like a schema
 *
 * and by its content everywhere else: nothing but the qualified name of a cloned object is a name; what begins as an
 * SQL statement and is complete, or is put together with other pieces, is SQL; all else is unrelated text and stays.
 *
 * Findings of kind `leftover` are places that may mean the deployed schema and could not be decided.
 *
 * @param text a definition, an expression, or a function's body, as the catalog gives it
 * @param language of the text itself; `sql` for whole `CREATE FUNCTION` statements
 * @throws Error when `loadScanner` was not awaited before
 */
export function rewriteSql(text: string, renaming: Renaming, language: Language): Rewritten {
  const collector = new Collector(text);
  if (mayConcern(renaming)(text)) {
    const layer = outermost(text);
    try {
      new Rewriting(renaming, collector).rewrite(layer, scan(text), language);
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      collector.find('leftover', layer, 0, text.length, error.message);
    }
  }
  const edits = collector.edits.sort((a, b) => a.start - b.start || a.end - b.end);
  const findings = collector.findings.sort((a, b) => a.line - b.line);
  return { text: applyEdits(text, edits), edits, findings, dynamic: collector.dynamic };
}

/** Applies the edits backwards: gives the text that was rewritten. */
export function undoEdits({ text, edits }: Pick<Rewritten, 'text' | 'edits'>): string {
  let shift = 0;
  const backwards = edits.map(({ start, before, after, ...edit }) => {
    const at = start + shift;
    shift += after.length - before.length;
    return { ...edit, start: at, end: at + after.length, before: after, after: before };
  });
  return applyEdits(text, backwards);
}
