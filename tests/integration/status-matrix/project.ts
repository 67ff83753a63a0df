import type postgres from 'postgres';
import type { StatusObservation } from '../../../contracts/status-matrix.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { dropIsolated } from '../../../isolate/drop.ts';
import { isolate } from '../../../isolate/isolate.ts';
import { readLookups } from '../../../seed/lookups.ts';
import { planCases } from '../../../status-matrix/cases.ts';
import { type Judged, judge } from '../../../status-matrix/judge.ts';
import { makeMatrix } from '../../../status-matrix/matrix.ts';
import { observeInTransaction, type TransactionRun } from '../../../status-matrix/observe-in-transaction.ts';
import { observeOnClock } from '../../../status-matrix/observe-on-clock.ts';
import { planWalks } from '../../../status-matrix/walks.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

export const origin = { tag: 'abcdef01', seed: 1, anchor: Date.now() };

/** A local project with an application in it, on which the matrix is tried. */
export interface MatrixProject {
  readonly target: EmbeddedSupabase;
  readonly sql: postgres.Sql;
  inTransaction(): Promise<TransactionRun & Judged>;
  /** On a clone that is made for it and removed. */
  onClock(): Promise<Judged>;
  /** The matrix of a transaction, with its scripts. */
  matrix(): Promise<ReturnType<typeof makeMatrix>>;
  stop(): Promise<void>;
}

export async function startMatrixProject(migrations: string): Promise<MatrixProject> {
  const target = await startEmbedded({ migrations });
  const sql = await connectDatabase(target.databaseUrl, 'test');
  const observe = async (): Promise<TransactionRun> =>
    observeInTransaction(sql, {
      schema: 'public',
      description: await describeFromCatalog(sql, 'public'),
      cases: planCases(origin.anchor),
      origin,
    });
  return {
    target,
    sql,
    async inTransaction() {
      const seen = await observe();
      return { ...seen, ...judge(seen.records) };
    },
    async onClock() {
      const schema = 'table_stress_matrix';
      const place = { project: target.project, schema };
      await isolate({
        ...place,
        sql,
        api: null,
        source: 'public',
        clock: 'virtual',
        allow: [],
        copy: [],
        purpose: 'run',
        run: origin.tag,
      });
      try {
        const description = await describeFromCatalog(sql, schema);
        const walks = planWalks(origin.anchor);
        return judge((await observeOnClock(sql, { schema, description, walks, origin })).records);
      } finally {
        await dropIsolated(sql, { ...place, api: target });
      }
    },
    async matrix() {
      const { records, notes } = await observe();
      const description = await describeFromCatalog(sql, 'public');
      const scripts = { description, lookups: await readLookups(sql, description), origin };
      return makeMatrix({ tag: origin.tag, records, clone: null, notes, scripts });
    },
    async stop() {
      await sql.end({ timeout: 2 });
      await target.stop();
    },
  };
}

/** How many observations had each outcome. */
export function outcomes(observations: readonly StatusObservation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of observations) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
