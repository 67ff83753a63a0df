import { messageOf, TargetError } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';
import type { Plan } from '../plan/plan.ts';
import { worldTables } from '../plan/world.ts';
import type { StressClient } from '../target/supabase-client.ts';
import { fillRows } from './fill.ts';

/** Tables that a deployment may lack. */
const optional: ReadonlySet<string> = new Set(['allowed_capacities', 'table_adjacencies', 'table_holds']);

/** Rows for each request: large enough to be quick, small enough for a statement time-out of some seconds. */
const BATCH = 500;

export interface SeedResult {
  /** Rows written, for each table. */
  rows: Record<string, number>;
  /** What was fitted to the deployment, in words. */
  notes: string[];
}

/**
 * Writes the planned world, parents before children, in batches.
 *
 * @throws UsageError when required columns cannot be filled; TargetError when the API refuses rows, with its answer
 */
export async function seedWorld(
  client: StressClient,
  description: SchemaDescription,
  plan: Plan,
  options: { progress?: Progress; signal?: AbortSignal } = {},
): Promise<SeedResult> {
  const progress = options.progress ?? silent;
  const result: SeedResult = { rows: {}, notes: [] };
  for (const name of worldTables) {
    const planned = plan.world[name] as unknown as Record<string, unknown>[];
    const table = description.tables.find((candidate) => candidate.name === name);
    if (!table) {
      if (optional.has(name)) {
        result.notes.push(`${name}: not in this deployment, left out`);
        continue;
      }
      throw new TargetError(`seed: schema ${description.schema} has no table ${name}`);
    }
    const lookups = await readLookups(client, table, planned);
    const fitted = fillRows(table, planned, {
      tag: plan.tag,
      seed: plan.seed,
      existing: (reference) => lookups.get(`${reference.table}.${reference.column}`),
    });
    if (fitted.omitted.length > 0) result.notes.push(`${name}: without ${fitted.omitted.join(', ')}`);
    if (fitted.added.length > 0) result.notes.push(`${name}: filled ${fitted.added.join(', ')}`);
    for (let start = 0; start < fitted.rows.length; start += BATCH) {
      options.signal?.throwIfAborted();
      await insert(client, name, fitted.rows.slice(start, start + BATCH));
      progress(`${name}: ${Math.min(start + BATCH, fitted.rows.length)} of ${fitted.rows.length} rows`);
    }
    result.rows[name] = fitted.rows.length;
  }
  return result;
}

async function insert(client: StressClient, table: string, rows: Record<string, unknown>[]): Promise<void> {
  const { error, status, count } = await client
    .from(table)
    .insert(rows, { count: 'exact' })
    .then(
      (answer) => answer,
      (thrown: unknown) => ({
        error: { code: 'network', message: messageOf(thrown) },
        status: 0,
        count: null,
      }),
    );
  if (error) {
    throw new TargetError(
      `seed: ${table} refuses rows (HTTP ${status}, ${error.code || 'no code'}: ${error.message})`,
      ['check the key, and that the deployed application follows the contract in docs/contract.md'],
    );
  }
  if (count !== null && count !== rows.length) {
    throw new TargetError(`seed: ${table} took ${count} of ${rows.length} rows`);
  }
}

/** One existing value for each required foreign key that the plan does not know, for instance a booking type. */
async function readLookups(
  client: StressClient,
  table: TableDescription,
  planned: readonly Record<string, unknown>[],
): Promise<Map<string, unknown>> {
  const lookups = new Map<string, unknown>();
  for (const column of table.columns) {
    const { references } = column;
    if (!references || column.nullable || column.hasDefault || column.name in (planned[0] ?? {})) continue;
    const { data } = await client.from(references.table).select(references.column).limit(1);
    const row = data?.[0] as Record<string, unknown> | undefined;
    lookups.set(`${references.table}.${references.column}`, row?.[references.column]);
  }
  return lookups;
}
