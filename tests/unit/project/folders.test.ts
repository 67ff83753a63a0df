import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** What the table of docs/architecture.md says each folder uses. */
const documented = new Map(
  readFileSync(path.join(root, 'docs/architecture.md'), 'utf8')
    .split('\n')
    .flatMap((line): [string, string][] => {
      const [, folder, uses] = /^\| `([a-z-]+)\/` \| .* \| (.*?) ?\|$/.exec(line) ?? [];
      return folder === undefined || uses === undefined ? [] : [[folder, uses]];
    }),
);

const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && filesOf(entry.name).length > 0)
  .map(({ name }) => name);

/** The folders that a folder imports from; what stages share is left out. */
const used = new Map(
  folders.map((folder) => {
    const names = filesOf(folder).flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']*)'/g)].map(
        ([, imported = '']) => path.join(path.dirname(file), imported).split(path.sep)[0] as string,
      ),
    );
    return [folder, [...new Set(names)].filter((name) => name !== folder && name !== 'contracts').sort()];
  }),
);

function filesOf(folder: string): string[] {
  if (['node_modules', 'runs', 'tests'].includes(folder) || folder.startsWith('.')) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

describe('the table of folders in docs/architecture.md', () => {
  it('has each folder of code', () => {
    expect([...documented.keys()].sort()).toEqual([...folders].sort());
  });

  it.each(folders.filter((folder) => folder !== 'scripts'))('says what %s/ uses', (folder) => {
    expect(documented.get(folder)).toBe(
      used
        .get(folder)
        ?.map((name) => `\`${name}/\``)
        .join(', '),
    );
  });

  it('has no use of scripts/ but by measurements', () => {
    const users = folders.filter((folder) => used.get(folder)?.includes('scripts'));
    expect(users).toEqual(['bench']);
  });
});

it('no folder uses itself by way of others', () => {
  const reached = (folder: string, seen = new Set<string>()): Set<string> => {
    for (const next of used.get(folder) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reached(next, seen);
    }
    return seen;
  };
  expect(folders.filter((folder) => reached(folder).has(folder))).toEqual([]);
});
