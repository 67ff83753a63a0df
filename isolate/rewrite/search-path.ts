import type { Structure } from '../../sql/structure.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';
import { type Collector, inside, type Layer } from './layer.ts';
import type { Renaming } from './renaming.ts';

interface Entry {
  /** The schema's name, unquoted. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Entries of a search path as a setting holds it: names separated by commas, quoted where needed. */
function entriesOf(value: string): Entry[] {
  const entries: Entry[] = [];
  for (const match of value.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g)) {
    const quoted = match[1];
    const name = quoted === undefined ? match[0].toLowerCase() : quoted.replaceAll('""', '"');
    entries.push({ name, start: match.index, end: match.index + match[0].length });
  }
  return entries;
}

interface Change {
  readonly index: number;
  readonly action: 'replace' | 'put before' | 'remove';
}

/** What has to be done to a search path with these names; null for nothing. */
function change(
  names: readonly (string | null)[],
  { from, to }: Renaming,
  keepSource: boolean,
): Change | null {
  const index = names.indexOf(from);
  if (index < 0) return null;
  const present = names.indexOf(to);
  if (keepSource) return present >= 0 && present < index ? null : { index, action: 'put before' };
  return { index, action: present >= 0 ? 'remove' : 'replace' };
}

/**
 * A value of `search_path` with the isolated schema in place of the deployed one.
 *
 * @param value as in `pg_proc.proconfig` behind the `=`: `"$user", public, extensions`
 * @param keepSource the deployed schema stays, behind the isolated one: extensions live in it
 */
export function rewriteSearchPath(value: string, renaming: Renaming, keepSource: boolean): string {
  const entries = entriesOf(value);
  const found = change(
    entries.map(({ name }) => name),
    renaming,
    keepSource,
  );
  const entry = found && entries[found.index];
  if (!found || !entry) return value;
  const isolated = quoteIdentifier(renaming.to);
  const { start, end } = entry;
  if (found.action === 'replace') return value.slice(0, start) + isolated + value.slice(end);
  if (found.action === 'put before') return `${value.slice(0, start)}${isolated}, ${value.slice(start)}`;
  const before = value.slice(0, start).replace(/,\s*$/, '');
  const after = value.slice(end);
  return before.trim() === '' ? after.replace(/^\s*,\s*/, '') : before + after;
}

/** Whether extensions live in the deployed schema, so that it has to stay on search paths. */
export function keepsSource(renaming: Renaming): boolean {
  return renaming.staying.size > 0;
}

/** Rewrites the string constant that holds a search path, as in `set_config('search_path', '…', true)`. */
export function rewriteSearchPathString(
  s: Structure,
  i: number,
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
): void {
  const token = s.tokens[i];
  const content = token && inside(layer, token, 'search path');
  if (!content) return;
  const after = rewriteSearchPath(content.text, renaming, keepsSource(renaming));
  if (after !== content.text) collector.replace(content, 0, content.text.length, after);
}

/**
 * Rewrites `SET search_path = a, b` and `SET search_path TO 'a', 'b'`: statements, and clauses of functions and roles.
 *
 * @returns indexes of the tokens that the lists are made of
 */
export function rewriteSetClauses(
  s: Structure,
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
): Set<number> {
  const seen = new Set<number>();
  for (let i = 0; i < s.tokens.length; i += 1) {
    if (s.word(i) !== 'search_path' || !['=', 'to'].includes(s.word(i + 1))) continue;
    if (!['set', 'session', 'local'].includes(s.word(i - 1))) continue;
    const entries: { index: number; name: string | null }[] = [];
    for (let at = i + 2; at < s.tokens.length; at += 2) {
      const token = s.tokens[at];
      const value = token?.kind === 'string' ? inside(layer, token, 'search path')?.text : token?.name;
      entries.push({ index: at, name: value ?? null });
      seen.add(at);
      if (s.word(at + 1) !== ',') break;
    }
    rewriteList(s, entries, layer, renaming, collector);
  }
  return seen;
}

function rewriteList(
  s: Structure,
  entries: readonly { index: number; name: string | null }[],
  layer: Layer,
  renaming: Renaming,
  collector: Collector,
): void {
  const found = change(
    entries.map(({ name }) => name),
    renaming,
    keepsSource(renaming),
  );
  const entry = found && entries[found.index];
  const token = entry && s.tokens[entry.index];
  if (!found || !token) return;
  const quote = (name: string): string =>
    token.kind === 'string' ? `'${name.replaceAll("'", "''")}'` : quoteIdentifier(name);
  if (found.action === 'put before') {
    collector.replace(layer, token.start, token.start, `${quote(renaming.to)}, `, 'search path');
  } else if (found.action === 'replace') {
    collector.replace(layer, token.start, token.end, quote(renaming.to), 'search path');
  } else {
    // The comma before it goes too, or the one behind it when it is the first.
    const before = found.index > 0 ? s.tokens[entry.index - 1] : token;
    const after = found.index > 0 ? token : s.tokens[entry.index + 1];
    if (before && after) collector.replace(layer, before.start, after.end, '', 'search path');
  }
}
