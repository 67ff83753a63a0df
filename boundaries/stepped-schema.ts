import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import { refreshStatement } from '../contracts/refresh-job.ts';
import { setClock } from '../isolate/clock/clock.ts';

/** An isolated schema with a virtual clock, as far as stepping across boundaries needs it. */
export class SteppedSchema {
  private readonly sql: postgres.Sql;
  private readonly schema: string;

  /** @param sql a single connection, as a member of the schema's owner */
  constructor(sql: postgres.Sql, schema: string) {
    this.sql = sql;
    this.schema = schema;
  }

  /** Lets the clock stand at an instant, ISO 8601. */
  async stopAt(instant: string): Promise<void> {
    await setClock(this.sql, this.schema, { frozenAt: instant });
  }

  /** Lets it show the real time again. */
  async goOn(): Promise<void> {
    await setClock(this.sql, this.schema, { offsetMs: 0 });
  }

  /** What a reader does who refreshes each table before looking at it. */
  async refresh(tables: readonly string[]): Promise<void> {
    const { sql } = this;
    await sql`
      select ${sql(this.schema)}.refresh_table_status(t.id)
        from (select id from unnest(${tables as string[]}::uuid[]) as u (id) order by id) t`;
  }

  /** One run of the scheduled job, for some tables. */
  async runJob(tables: readonly string[]): Promise<void> {
    const now = `"${this.schema}".now()`;
    await this.sql.unsafe(refreshStatement(this.schema, { now, only: 't.id = any ($1::uuid[])' }), [
      tables as string[],
    ]);
  }

  /**
   * Reads stored statuses.
   *
   * @throws TargetError when a table cannot be seen
   */
  async read(tables: readonly string[]): Promise<Map<string, string>> {
    const { sql } = this;
    const rows = await sql<{ id: string; status: string }[]>`
      select id::text, status::text from ${sql(this.schema)}.table_inventory
       where id = any (${tables as string[]}::uuid[])`;
    if (rows.length === tables.length) return new Map(rows.map(({ id, status }) => [id, status]));
    throw new TargetError(
      `only ${rows.length} of ${tables.length} tables can be read over the database connection`,
      ['connect as the role that deployed the application: row-level security may hide rows from others'],
    );
  }
}
