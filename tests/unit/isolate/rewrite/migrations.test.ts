import { readdirSync, readFileSync } from 'node:fs';
import { parseSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Renaming } from '../../../../isolate/rewrite/renaming.ts';
import { rewriteSql, undoEdits } from '../../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../../sql/tokens.ts';

const folder = new URL('../../../../reference/migrations/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));

const renaming: Renaming = {
  from: 'public',
  to: 'table_stress',
  staying: new Set(),
  cloned: new Set(),
  wrappers: new Map([['auth.uid', 'table_stress.auth_uid']]),
  virtualClock: true,
};

beforeAll(loadScanner);

/** Without comments; these files have none inside strings. */
const uncommented = (text: string): string => text.replace(/--.*|\/\*[\s\S]*?\*\//g, '');

describe('the reference application', () => {
  it.each(files)('%s is rewritten whole', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const rewritten = rewriteSql(text, renaming, 'sql');
    const references = uncommented(text).match(/\bpublic\b(?=\.)/g)?.length ?? 0;
    const after = uncommented(rewritten.text);
    expect(after.match(/\bpublic\b(?=\.)/g)).toBeNull();
    const code = after.replace(/\bIS\s+'([^']|'')*'/g, '');
    expect(code).not.toMatch(/\bnow\(\)(?<!table_stress\.now\(\))|\bauth\.uid\(|search_path\W+public\b/);
    expect(rewritten.edits.filter(({ before }) => before === 'public').length).toBeGreaterThanOrEqual(
      references,
    );
    expect(rewritten.findings.filter(({ kind }) => kind === 'leftover')).toEqual([]);
    expect(undoEdits(rewritten)).toBe(text);
    expect(() => parseSync(rewritten.text)).not.toThrow();
  });
});
