import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import { refreshStatement } from '../contracts/refresh-job.ts';
import { setClock, standingClock } from '../isolate/clock/clock.ts';

/** What is done at one instant, in this order. */
export interface Instant {
  /** Where the clock stands; ISO 8601 in UTC, up to microseconds. */
  at: string;
  /** Tables that are refreshed one by one, as a reader does. */
  refresh: readonly string[];
  read: readonly string[];
  /** Tables for which the scheduled job runs; null: it does not. */
  job: readonly string[] | null;
  read_after_job: readonly string[];
}

/** Stored statuses by table: before the job, and after it. */
export type Statuses = [before: Map<string, string>, afterJob: Map<string, string>];

/** An isolated schema with a virtual clock, as far as stepping across boundaries needs it. */
export class SteppedSchema {
  private readonly sql: postgres.Sql;
  private readonly schema: string;
  private readonly name: string;

  /** @param sql a single connection, as a member of the schema's owner */
  constructor(sql: postgres.Sql, schema: string) {
    this.sql = sql;
    this.schema = schema;
    this.name = `"${schema.replaceAll('"', '""')}"`;
  }

  /** Lets the clock stand at an instant, ISO 8601. */
  async stopAt(instant: string): Promise<void> {
    await setClock(this.sql, this.schema, { frozenAt: instant });
  }

  /** Lets it show the real time again. */
  async goOn(): Promise<void> {
    await setClock(this.sql, this.schema, { offsetMs: 0 });
  }

  /**
   * Does all of it in one request, because thousands of instants take as long as their requests do.
   *
   * @throws TargetError when a table cannot be seen
   */
  async take({ at, refresh, read, job, read_after_job }: Instant): Promise<Statuses> {
    const statements = [
      standingClock(this.schema, at),
      ...(refresh.length === 0 ? [] : [this.refreshing(refresh)]),
      this.reading(read),
      ...(job === null ? [] : [this.job(job), this.reading(read_after_job)]),
    ];
    const results = (await this.sql.unsafe(statements.join(';\n')).simple()) as unknown as Row[][];
    const [first, last] = job === null ? [results.at(-1), []] : [results.at(-3), results.at(-1)];
    return [statusesOf(read, first), statusesOf(job === null ? [] : read_after_job, last)];
  }

  private refreshing(tables: readonly string[]): string {
    return `select ${this.name}.refresh_table_status(t.id)
      from (select id from unnest(${uuids(tables)}) as u (id) order by id) t`;
  }

  private job(tables: readonly string[]): string {
    return refreshStatement(this.schema, {
      now: `${this.name}.now()`,
      only: `t.id = any (${uuids(tables)})`,
    });
  }

  private reading(tables: readonly string[]): string {
    return `select id::text, status::text from ${this.name}.table_inventory where id = any (${uuids(tables)})`;
  }
}

interface Row {
  id: string;
  status: string;
}

function statusesOf(tables: readonly string[], rows: readonly Row[] = []): Map<string, string> {
  if (rows.length === tables.length) return new Map(rows.map(({ id, status }) => [id, status]));
  throw new TargetError(
    `only ${rows.length} of ${tables.length} tables can be read over the database connection`,
    ['connect as the role that deployed the application: row-level security may hide rows from others'],
  );
}

/** @throws RangeError when something else than a planned id would become part of a statement */
function uuids(ids: readonly string[]): string {
  const wrong = ids.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id));
  if (wrong !== undefined) throw new RangeError(`no id: ${wrong}`);
  return `array[${ids.map((id) => `'${id}'`).join(', ')}]::uuid[]`;
}
