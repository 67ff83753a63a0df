import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAtSource, proveSource } from '../../../teardown/source.ts';
import { type Project, startProject } from './project.ts';

const tag = 'abcdef12';
const id = `${tag}-0102-8000-8000-000000000001`;
let project: Project;
beforeAll(async () => {
  project = await startProject();
  await project.sql`create table public.notes (id int primary key, body jsonb)`;
  await project.sql`insert into public.notes select n, '{"a": 1}' from generate_series(1, 500) n`;
});
afterAll(() => project?.stop());

const prove = async (undisturbed: boolean, between: () => Promise<unknown>, maxBytes?: number) => {
  const before = await lookAtSource(project.sql, 'public', undisturbed, maxBytes);
  await between();
  return proveSource(project.sql, before, tag);
};

it('a deployed schema that nobody touched is as it was', async () => {
  const proof = await prove(true, async () => {});
  expect(proof).toMatchObject({ schema: 'public', tagged: [], unread: [], undisturbed: true });
  expect(proof.after).toEqual(proof.before);
  expect(proof.before?.find(({ table }) => table === 'notes')).toMatchObject({ rows: 500 });
});

it('a row of the run is found wherever it carries the tag, also among the writes of others', async () => {
  const proof = await prove(
    false,
    () => project.sql`
    insert into public.notes values (501, ${project.sql.json({ deep: [{ booking: id }] })}), (502, '{}')`,
  );
  expect(proof.tagged).toEqual([{ table: 'notes', rows: 1 }]);
  expect(proof).toMatchObject({ undisturbed: false, before: null, after: null });
  await project.sql`delete from public.notes where id > 500`;
});

it.each([
  ['a new row', `insert into public.notes values (600, '{}')`, `delete from public.notes where id = 600`],
  [
    'a changed row',
    `update public.notes set body = '{}' where id = 1`,
    `update public.notes set body = '{"a": 1}' where id = 1`,
  ],
])('%s shows where nobody else writes', async (_, change, undo) => {
  const proof = await prove(true, () => project.sql.unsafe(change));
  const of = (list: typeof proof.before) => list?.find(({ table }) => table === 'notes');
  expect(of(proof.after)).not.toEqual(of(proof.before));
  await project.sql.unsafe(undo);
});

it('a table that is too large is named, not passed', async () => {
  const proof = await prove(true, async () => {}, 16_000);
  expect(proof.unread).toContain('notes');
  expect(proof.before?.map(({ table }) => table)).not.toContain('notes');
});

it('a table that was dropped meanwhile is named, not passed', async () => {
  await project.sql`create table public.short_lived (id int)`;
  const proof = await prove(true, () => project.sql`drop table public.short_lived`);
  expect(proof.unread).toEqual(['short_lived']);
});
