import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TargetError, UsageError } from '../../../contracts/errors.ts';
import { readDeployment } from '../../../isolate/deployment.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { describeFailures, describeSkipped, summarise } from '../../../target/migrations/report.ts';
import { realisticProject } from './realistic-migrations.ts';
import { client, connection, migrationsFolder, remove } from './support.ts';

describe('a folder as projects have it', () => {
  let project: Awaited<ReturnType<typeof realisticProject>>;
  let target: EmbeddedSupabase;
  let took: number;
  const progress: string[] = [];

  beforeAll(async () => {
    project = await realisticProject();
    const began = performance.now();
    target = await startEmbedded({
      migrations: project.supabase,
      tolerateFailedMigrations: true,
      progress: (line) => progress.push(line),
    });
    took = performance.now() - began;
  });
  afterAll(async () => {
    await target?.stop();
    if (project) await rm(project.root, { recursive: true, force: true });
  });

  const report = () => target.migrationReport ?? expect.fail('there is no report');

  it('is applied in reasonable time', () => {
    expect(project.count).toBe(102);
    expect(summarise(report())).toBe('96 migrations applied, 6 failed, 16 statements skipped');
    expect(took).toBeLessThan(60_000);
    expect(progress.filter((line) => line.startsWith('applying'))).toHaveLength(project.count);
    expect(target.migrations).toEqual(report().applied);
    expect(report().applied.toSorted()).toEqual(report().applied);
  });

  it('each failure is told with its place, its reason and what it follows from', () => {
    expect(describeFailures(report()).join('\n')).toBe(failures);
    expect(report().failed[0]).toEqual({
      file: '20260204000600_other_history.sql',
      line: 4,
      column: null,
      text: 'alter table public.made_in_the_dashboard',
      statement:
        'alter table public.made_in_the_dashboard add column tier uuid references public.loyalty_tiers (id)',
      message: 'relation "public.made_in_the_dashboard" does not exist',
      code: '42P01',
      detail: null,
      hint: null,
      where: null,
      kept: 0,
    });
  });

  it('what is left out is told with its reason', () => {
    expect(describeSkipped(report()).join('\n')).toBe(skipped);
    expect(report().notes).toEqual([
      `The migrations are those of ${join(project.supabase, 'migrations')}.`,
      'Not migrations, so not applied: hotfix.sql, seed.sql.',
      '20260204000200_index_concurrently.sql cannot run in one transaction; it ran statement by statement.',
      '20260204000300_new_label.sql cannot run in one transaction; it ran statement by statement.',
      '20260204000400_own_transaction.sql cannot run in one transaction; it ran statement by statement.',
      '20260204001100_partly.sql cannot run in one transaction; it ran statement by statement.',
    ]);
  });

  it('the application is there, whole', async () => {
    const sql = connection(target.databaseUrl);
    await readDeployment(sql, 'public');
    const [counts] = await sql`
      select (select count(*)::int from pg_tables where schemaname = 'public') as tables,
             (select count(*)::int from pg_proc where pronamespace = 'public'::regnamespace) as functions`;
    expect(counts?.tables).toBeGreaterThanOrEqual(40);
    expect(counts?.functions).toBeGreaterThanOrEqual(90);
    const missing = ['never_there', 'loyalty_tiers', 'in_transaction', 'partly_idx', 'terraces', 'profiles'];
    const found = await sql`
      select name from unnest(${missing}::text[]) name where to_regclass('public.' || name) is not null order by 1`;
    expect(found.map(({ name }) => name)).toEqual(['in_transaction', 'partly_idx', 'profiles', 'terraces']);
    const [profile] = await sql`select email from profiles`;
    expect(profile?.email).toBe('Guest@example.org');
    const [session] = await sql`
      select rolsuper as superuser, current_setting('search_path') as path from pg_roles where rolname = current_user`;
    expect(session).toEqual({ superuser: false, path: '"$user", public, extensions' });
  });

  it('the RPC answers through the API', async () => {
    const { error } = await client(target, target.secretApiKey).rpc('assign_tables_atomic_v2', {
      p_booking_id: crypto.randomUUID(),
      p_table_ids: [crypto.randomUUID()],
    });
    expect(error?.code).toBe('P0002');
  });
});

const failures = `\
20260204000600_other_history.sql, line 4, failed: relation "public.made_in_the_dashboard" does not exist (42P01)
  alter table public.made_in_the_dashboard
20260204000700_cascade_table.sql, line 2, column 13, failed: relation "public.loyalty_tiers" does not exist (42P01)
  insert into public.loyalty_tiers (id, name)
  because: relation loyalty_tiers was to come from 20260204000600_other_history.sql, line 1
20260204000800_cascade_function.sql, line 2, column 14, failed: function public.tier_of(uuid) does not exist (42883)
  select id, public.tier_of(id) as tier from public.customers;
  hint: No function matches the given name and argument types. You might need to add explicit type casts.
  because: function tier_of was to come from 20260204000600_other_history.sql, line 2
20260204000900_embeddings.sql, line 3, column 13, failed: type "extensions.vector" does not exist (42704)
  embedding extensions.vector(1536)
  because: extension vector was to come from 20260204000000_extensions.sql, line 4
20260204001000_typo.sql, line 3, column 1, failed: syntax error at or near "creat" (42601)
  creat table public.typo (id int);
20260204001100_partly.sql, line 2, column 13, failed: column "nothing" does not exist (42703)
  select 'ö', nothing from public.customers;
  it cannot run in one transaction: 1 statement before it stay`;

const skipped = `\
20260101000000_remote_schema.sql: commands of psql are not run (line 5, 45)
20260101000000_remote_schema.sql: extension pg_cron is not available here (line 19)
20260101000000_remote_schema.sql: extension pg_net is not available here (line 20)
20260101000000_remote_schema.sql: extension pg_graphql is not available here (line 22)
20260101000000_remote_schema.sql: extension supabase_vault is not available here (line 25)
20260101000000_remote_schema.sql: what it describes belongs to the platform (line 28)
20260101000000_remote_schema.sql: rows in a migration are for psql; they are not loaded (line 35)
20260101000000_remote_schema.sql: only the platform acts for the role supabase_admin (line 42)
20260204000000_extensions.sql: extension vector is not available here (line 4)
20260204000100_cron.sql: extension pg_cron is not available here (line 1)
20260204000100_cron.sql: schema cron belongs to pg_cron, which is not available here (line 2, 3, 5)
20260204000100_cron.sql: schema cron belongs to pg_cron, which is not available here; the block is left out as a whole (line 6)
20260204000100_cron.sql: schema net belongs to pg_net, which is not available here (line 9)`;

describe('other folders', () => {
  async function folderOf(files: Record<string, string>): Promise<string> {
    const folder = await migrationsFolder(files);
    onTestFinished(() => remove(folder));
    return folder;
  }
  async function start(migrations: string): Promise<EmbeddedSupabase> {
    const target = await startEmbedded({ migrations, tolerateFailedMigrations: true });
    onTestFinished(() => target.stop());
    return target;
  }

  it('without the RPC in the end: refused, and the report says which file was to bring it', async () => {
    const target = await start(
      await folderOf({
        '1_tables.sql': 'create table public.restaurants ();\nselect nothing;',
        '2_rpc.sql':
          'create function public.assign_tables_atomic_v2(t restaurants) returns int language sql return 1;',
      }),
    );
    const refusal = readDeployment(connection(target.databaseUrl), 'public');
    await expect(refusal).rejects.toThrow(/no function assign_tables_atomic_v2/);
    const { migrationReport } = target;
    expect(migrationReport && describeFailures(migrationReport)).toEqual([
      '1_tables.sql, line 2, column 8, failed: column "nothing" does not exist (42703)',
      '  select nothing;',
      '2_rpc.sql, line 1, failed: type restaurants does not exist (42704)',
      '  create function public.assign_tables_atomic_v2(t restaurants) returns int language sql return 1;',
      '  because: relation restaurants was to come from 1_tables.sql, line 1',
    ]);
  });

  it('transactions, unreadable bytes and lost blocks', async () => {
    const folder = await folderOf({
      '1_open.sql': 'begin; create table left_open ();',
      '2_committed.sql':
        'begin; create table one (); commit; begin; create table two (); select 1/0; commit;',
      '3_deferred.sql': `create table parents (id int primary key);
        create table children (id int references parents deferrable initially deferred);
        insert into children values (1);`,
      '4_savepoints.sql':
        'savepoint a; create table three (); rollback to a; release a; create table four ();',
      '5_block.sql': `do $$ begin create extension pg_cron; end $$; create table five ();`,
      '6_role.sql': 'set role anon; set search_path = nowhere; create table public.six ();',
      '7_after.sql': 'create table seven ();',
      '8_vacuum.sql': 'vacuum one; create table eight ();',
    });
    await writeFile(join(folder, '9_latin.sql'), Buffer.from("select '\xe4'", 'latin1'));
    const { migrationReport, databaseUrl } = await start(folder);
    expect(migrationReport?.applied).toEqual([
      '4_savepoints.sql',
      '5_block.sql',
      '7_after.sql',
      '8_vacuum.sql',
    ]);
    expect(migrationReport?.failed.map(({ file, message, kept }) => [file, message, kept])).toEqual([
      ['1_open.sql', 'the file ends inside a transaction that it does not commit', 0],
      ['2_committed.sql', 'division by zero', 3],
      ['3_deferred.sql', expect.stringContaining('violates foreign key constraint'), 0],
      ['6_role.sql', 'permission denied for schema public', 0],
      ['9_latin.sql', 'the file is not valid UTF-8 text', 0],
    ]);
    expect(migrationReport?.skipped.map(({ file, reason }) => [file, reason])).toEqual([
      ['5_block.sql', 'extension pg_cron is not available here; the block is left out as a whole'],
    ]);
    const tables = await connection(
      databaseUrl,
    )`select tablename as name from pg_tables where schemaname = 'public'`;
    expect(tables.map(({ name }) => name).sort()).toEqual(['eight', 'five', 'four', 'one', 'seven']);
  });

  it('that ends the connection is an error, even where failures are tolerated', async () => {
    const folder = await folderOf({ '1_end.sql': 'select pg_terminate_backend(pg_backend_pid());' });
    const failing = startEmbedded({ migrations: folder, tolerateFailedMigrations: true });
    await expect(failing).rejects.toThrow(TargetError);
    await expect(failing).rejects.toThrow(/stopped at migration 1_end\.sql/);
  });

  it.each([
    ['missing', async () => '/nowhere', /cannot be read/],
    ['empty', () => folderOf({}), /holds no migration/],
    ['without SQL', () => folderOf({ 'README.md': '' }), /holds no migration/],
    ['with a seed only', () => folderOf({ 'seed.sql': '' }), /holds no migration/],
    ['a file', async () => join(await folderOf({ 'a.sql': '' }), 'a.sql'), /is not a folder/],
  ])('%s: bad usage', async (_, folder, message) => {
    const failing = startEmbedded({ migrations: await folder(), tolerateFailedMigrations: true });
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(message);
  });
});
