import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { expect, vi } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import type { SchemaDescription } from '../../../contracts/schema-description.ts';
import { scenarioNames } from '../../../contracts/thresholds.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { describeFromOpenApi } from '../../../isolate/describe-openapi.ts';
import { makePlan, type Plan, type PlanOptions } from '../../../plan/plan.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { createStressClient, type StressClient } from '../../../target/supabase-client.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const { profiles } = readThresholds(fileOf('thresholds.json'));

/** A local project with the reference application in it, as the stages of a run see it. */
export interface Project {
  readonly target: EmbeddedSupabase;
  readonly sql: postgres.Sql;
  readonly client: StressClient;
  describe(): Promise<SchemaDescription>;
  describeByApi(): Promise<SchemaDescription>;
  /** Changes the schema, and waits until the API knows of it. */
  migrate(statements: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startProject(): Promise<Project> {
  const target = await startEmbedded({ migrations: fileOf('reference/migrations') });
  const sql = await connectDatabase(target.databaseUrl, 'test');
  const describeByApi = async (): Promise<SchemaDescription> => {
    const { secretKey } = target;
    const answer = await fetch(`${target.restUrl}/`, {
      headers: { apikey: secretKey, authorization: `Bearer ${secretKey}`, 'accept-profile': 'public' },
    });
    return describeFromOpenApi(await answer.json(), 'public');
  };
  const columnsOf = (description: SchemaDescription): string[] =>
    description.tables
      .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
      .sort();
  const describe = (): Promise<SchemaDescription> => describeFromCatalog(sql, 'public');
  return {
    target,
    sql,
    client: createStressClient(target, 'public'),
    describe,
    describeByApi,
    async migrate(statements) {
      await sql.unsafe(statements);
      await sql`notify pgrst, 'reload schema'`;
      const columns = columnsOf(await describe());
      const known = async () =>
        expect(columnsOf(await describeByApi())).toEqual(expect.arrayContaining(columns));
      await vi.waitFor(known, { timeout: 60_000, interval: 100 });
    },
    async stop() {
      await sql.end({ timeout: 2 });
      await target.stop();
    },
  };
}

/** A plan of all scenarios on the quick profile. */
export function planOf(tag: string, more: Partial<PlanOptions> = {}): Plan {
  return makePlan({
    seed: 1,
    tag,
    anchor: Date.now(),
    profileName: 'quick',
    profile: profiles.quick,
    scenarios: scenarioNames,
    thresholds: {},
    ...more,
  });
}

/** Rows of each table that has any. */
export function counted(counts: Iterable<{ table: string; rows: number }>): Record<string, number> {
  return Object.fromEntries(
    [...counts].filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, rows]),
  );
}
