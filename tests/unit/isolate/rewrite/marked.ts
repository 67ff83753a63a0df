import { expect } from 'vitest';
import type { Renaming } from '../../../../isolate/rewrite/renaming.ts';
import { rewriteSql, undoEdits } from '../../../../isolate/rewrite/rewrite.ts';

export const renaming: Renaming = {
  from: 'public',
  to: 'table_stress',
  staying: new Set(['citext', 'gen_random_bytes', '<=>']),
  cloned: new Set(['bookings', 'tables', 'f', 'kind', 'seq', 'Ünits', 'my"t', '@@@']),
  wrappers: new Map([['auth.uid', 'table_stress.auth_uid']]),
  virtualClock: false,
};

export const withClock: Renaming = { ...renaming, virtualClock: true };

/**
 * A text in which every replacement is marked: `«public»` becomes `table_stress`, `«before¦after»` anything else; and
 * what is reported, as `leftover text` or `note text`.
 */
export type Case = readonly [marked: string, ...findings: string[]];

const MARK = /«([^«»¦]*)(?:¦([^«»]*))?»/g;

/** Rewrites a marked text and checks text, findings, the way back, and that a second time changes nothing. */
export function checkMarked(
  [marked, ...findings]: Case,
  language: 'sql' | 'plpgsql',
  used: Renaming = renaming,
): void {
  const before = marked.replace(MARK, (_, from: string) => from);
  const after = marked.replace(MARK, (_, __, to: string | undefined) => to ?? used.to);
  const rewritten = rewriteSql(before, used, language);
  expect(rewritten.text).toBe(after);
  expect(rewritten.findings.map(({ kind, text }) => `${kind} ${text}`)).toEqual(findings);
  expect(undoEdits(rewritten)).toBe(before);
  expect(rewriteSql(after, used, language).edits).toEqual([]);
  for (const edit of rewritten.edits) {
    expect(before.slice(edit.start, edit.end)).toBe(edit.before);
    expect(edit.line).toBe(before.slice(0, edit.start).split('\n').length);
  }
}
