import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { readCatalog } from '../../../isolate/catalog/read.ts';
import { type CloneOptions, type CloneReport, cloneSchema } from '../../../isolate/clone.ts';
import { planClone } from '../../../isolate/create/plan.ts';
import type { ProofInput } from '../../../isolate/prove/prove.ts';
import type { Renaming } from '../../../isolate/rewrite/renaming.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));

export const everyKind = (): Promise<string> =>
  readFile(fileOf('tests/integration/isolate/every-kind.sql'), 'utf8');

/** A trigger's argument reads `public`: the rewriter rightly asks, and here it is a word. */
export const allowedOfEveryKind = ['trigger "Touch It" on "Guests"'];

export interface CloneProject {
  readonly target: EmbeddedSupabase;
  /** As `postgres`, who is no superuser. */
  readonly sql: postgres.Sql;
  clone(options?: Partial<CloneOptions>): Promise<CloneReport>;
  stop(): Promise<void>;
}

/** The reference application, with further statements applied to it. */
export async function startCloneProject(statements = ''): Promise<CloneProject> {
  const target = await startEmbedded({ migrations: fileOf('reference/migrations') });
  const sql = await connectDatabase(target.databaseUrl, 'test');
  if (statements !== '') await sql.unsafe(statements);
  return {
    target,
    sql,
    clone: (options = {}) =>
      cloneSchema(sql, {
        source: 'public',
        schema: 'table_stress',
        virtualClock: false,
        allow: [],
        schemaComment: 'made by a test',
        ...options,
      }),
    async stop() {
      await sql.end({ timeout: 2 });
      await target.stop();
    },
  };
}

/** What the proof of a clone that is there rests on. */
export async function proofInput(sql: postgres.TransactionSql): Promise<ProofInput> {
  const schema = 'table_stress';
  const both = ['public', schema];
  const source = await readCatalog(sql, 'public', both);
  const wrappers = await sql<{ oid: number; name: string }[]>`
    select p.oid, p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = ${schema} and p.proname like '%.%'`;
  const renaming: Renaming = {
    from: 'public',
    to: schema,
    staying: source.staying,
    cloned: source.names,
    wrappers: new Map(wrappers.map(({ name }) => [name, `${schema}."${name}"`])),
    ambiguous: source.ambiguous,
    virtualClock: false,
  };
  const plan = planClone(source, renaming);
  const ours = new Set(wrappers.map(({ oid }) => `pg_proc/${oid}`));
  return { source, plan, renaming, role: `${schema}_owner`, ours };
}
