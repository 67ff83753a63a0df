import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../../../contracts/errors.ts';
import { listMigrations } from '../../../../target/migrations/list.ts';
import { scratchFolder } from '../scratch.ts';

/** A folder with empty files; a name that ends in a slash is a folder. */
async function folderOf(...names: string[]): Promise<string> {
  const root = await scratchFolder();
  for (const name of names) {
    const path = join(root, name);
    await mkdir(name.endsWith('/') ? path : join(path, '..'), { recursive: true });
    if (!name.endsWith('/')) await writeFile(path, '');
  }
  return root;
}

it.each<[string, string[], string[], RegExp[]]>([
  [
    'by name',
    ['20260102000000_b.sql', '20260101000000_c.sql', '3_a.sql'],
    ['20260101000000_c.sql', '20260102000000_b.sql', '3_a.sql'],
    [],
  ],
  [
    'with other files beside them',
    ['1_a.sql', 'seed.sql', 'x.sql', 'README.md', '.DS_Store', '2_b.sql.bak', 'old/0_c.sql', '4_folder.sql/'],
    ['1_a.sql'],
    [/Not migrations, so not applied: seed\.sql, x\.sql\./],
  ],
  [
    'without timestamps',
    ['b.sql', 'a.sql', 'seed.sql'],
    ['a.sql', 'b.sql'],
    [/all SQL files/, /not applied: seed\.sql/],
  ],
  [
    'with one version twice',
    ['1_a.sql', '1_b.sql'],
    ['1_a.sql', '1_b.sql'],
    [/Version 1 .* 1_a\.sql, 1_b\.sql/],
  ],
])('migrations %s', async (_, files, names, notes) => {
  const folder = await folderOf(...files);
  const list = await listMigrations(folder);
  expect(list).toMatchObject({ folder, names });
  expect(list.notes).toEqual(notes.map((note) => expect.stringMatching(note)));
});

it.each([
  ['the supabase folder', 'migrations'],
  ['the project', 'supabase/migrations'],
])('%s may be given', async (_, inner) => {
  const folder = await folderOf(`${inner}/1_a.sql`, 'seed.sql');
  const list = await listMigrations(folder);
  expect(list).toMatchObject({ folder: join(folder, inner), names: ['1_a.sql'] });
  expect(list.notes).toEqual([`The migrations are those of ${join(folder, inner)}.`]);
});

it.each([
  ['missing', 'nowhere', /cannot be read/],
  ['a file', 'file', /is not a folder/],
  ['empty', 'empty', /holds no migration/],
  ['a project without migrations', 'project', /project\/migrations holds no migration/],
])('%s: bad usage', async (_, name, message) => {
  const root = await folderOf('file', 'empty/', 'project/migrations/', 'project/seed.sql');
  await expect(listMigrations(join(root, name))).rejects.toThrow(UsageError);
  await expect(listMigrations(join(root, name))).rejects.toThrow(message);
});
