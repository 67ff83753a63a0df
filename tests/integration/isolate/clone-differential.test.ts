import { readFile } from 'node:fs/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rolledBack } from '../../../target/rolled-back.ts';
import { type CloneProject, startCloneProject } from './clone-project.ts';

let project: CloneProject;
beforeAll(async () => {
  project = await startCloneProject(await readFile(new URL('./differential.sql', import.meta.url), 'utf8'));
  await project.clone();
});
afterAll(() => project?.stop());

/** What statements answer when they name a schema for `SOURCE`, as a role, with PostgREST's search path. */
async function answers(schema: string, role: string, statements: string): Promise<unknown> {
  const work = async (sql: postgres.TransactionSql) => {
    await sql`select set_config('search_path', ${`"${schema}", public, extensions`}, true),
      set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-000000000001","role":"authenticated"}', true)`;
    await sql.unsafe(`set local role ${role}`);
    return JSON.stringify(await sql.unsafe(statements.replaceAll('SOURCE', schema)));
  };
  const answer = await rolledBack(project.sql, work).catch((error: { code?: string; message: string }) => {
    if (error.code === undefined) throw error;
    return `${error.code} ${error.message}`;
  });
  return answer.replaceAll('table_stress', 'public');
}

it.each([
  [
    "select SOURCE.public_names('a'), SOURCE.has_access('o'), SOURCE.meta(), SOURCE.regs(), SOURCE.cast_text()",
  ],
  ['select SOURCE.curschema(), SOURCE.setlocal()'],
  ["insert into SOURCE.o (slug, total) values (null, 2), ('b', 3) returning slug, k, full_total"],
  ["insert into SOURCE.o (slug, total) values ('x1', 2); select * from SOURCE.queries"],
  [
    "insert into SOURCE.o (slug, total) values ('x1', 2); select slug from SOURCE.search('x'); select depth from SOURCE.ov",
  ],
  ['select SOURCE.list_tables()'],
  ["select SOURCE.exec_param('select count(*)::text from o')"],
  [`select SOURCE.upsert('[{"slug":"q","total":1}]')`],
  ['select SOURCE.temp_use(), SOURCE.lock_it(1), SOURCE.grants()'],
  ['select SOURCE.jsonpath(), SOURCE.cur()'],
  ['insert into SOURCE."Order" default values returning status, data'],
  ["insert into SOURCE.part (region, k) values ('eu', 1), ('us', 3) returning tableoid::regclass"],
  [`insert into SOURCE."Order" default values; update SOURCE.upd set status = 'new' returning status`],
  ['insert into SOURCE.uses_rec values (3) returning *'],
  ['insert into SOURCE.dflt default values returning k'],
  ['select SOURCE.mutual_a(3), SOURCE.window_f(), SOURCE.lateral_f(), SOURCE.quoted()'],
  ['select * from SOURCE.dep3'],
  [`select * from SOURCE.json_tbl('[{"a":1}]')`],
])('the same answer: %s', async (statements) => {
  const source = await answers('public', 'service_role', statements);
  expect(source).toMatch(/^\[/);
  expect(await answers('table_stress', 'service_role', statements)).toBe(source);
});

it.each([
  ['anon', 'insert into SOURCE."Order" default values', '42501'],
  ['authenticated', 'select * from SOURCE."Order"', '\\['],
  ['service_role', 'insert into SOURCE.o (total) values (-1)', '23514'],
])('the same for %s: %s', async (role, statements, expected) => {
  const source = await answers('public', role, statements);
  expect(source).toMatch(new RegExp(`^(${expected})`));
  expect(await answers('table_stress', role, statements)).toBe(source);
});
