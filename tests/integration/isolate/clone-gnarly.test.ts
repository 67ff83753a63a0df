import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneSchema } from '../../../isolate/clone.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

const migrations = fileURLToPath(new URL('../../applications/gnarly/migrations', import.meta.url));

let target: EmbeddedSupabase;
let sql: postgres.Sql;
beforeAll(async () => {
  target = await startEmbedded({ migrations });
  sql = await connectDatabase(target.databaseUrl, 'test');
});
afterAll(async () => {
  await sql?.end({ timeout: 2 });
  await target?.stop();
});

it.each([false, true])(
  'an application with odd names and rare kinds of objects is cloned whole; virtual clock: %s',
  async (virtualClock) => {
    const schema = virtualClock ? 'gnarly_clock' : 'gnarly';
    const report = await cloneSchema(sql, {
      source: 'public',
      schema,
      virtualClock,
      allow: [],
      schemaComment: 'made by a test',
    });
    expect(report.findings.filter(({ kind }) => kind === 'leftover')).toEqual([]);
    expect(report.counts).toMatchObject({
      collation: 1,
      operator: 1,
      cast: 1,
      'text search': 1,
      procedure: 7,
    });
    expect(report.wrappers).toEqual(expect.arrayContaining(['auth.uid', 'auth.role']));
    const [clock] = await sql`select to_regprocedure(${`${schema}.now()`}) is not null as there`;
    expect(clock).toEqual({ there: virtualClock });
  },
);

it('two clones of one schema know nothing of each other', async () => {
  const rows = await sql`
    select c.relname::text as name from pg_class c
     where c.relnamespace = 'gnarly'::regnamespace and c.relkind in ('r', 'p')
       and has_table_privilege('gnarly_clock_owner', c.oid, 'insert, update, delete')`;
  expect(rows).toEqual([]);
});
