import type postgres from 'postgres';
import { messageOf } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import {
  type Removal,
  TEARDOWN_VERSION,
  type TeardownResult,
  type UntaggedTable,
} from '../contracts/teardown-result.ts';
import type { StressClient } from '../target/supabase-client.ts';
import { countTaggedRows } from './count.ts';
import { deleteTaggedRows } from './delete.ts';
import { deleteNamingIds, findGeneratedIds } from './generated-ids.ts';
import { deleteNewRows, type KnownKeys } from './new-rows.ts';
import { proveSource, type SourceBefore } from './source.ts';
import { sweepTaggedRows } from './sweep.ts';
import { fingerprintUntaggedRows } from './untagged-rows.ts';

export interface TeardownOptions {
  /** null: the schema is not served, so that only the database connection reaches it. */
  client: StressClient | null;
  /** null: the target has no database URL; then nothing can be proven, and the result says so. */
  sql: postgres.Sql | null;
  description: SchemaDescription;
  tag: string;
  /** What `fingerprintUntaggedRows` gave before seeding; null when it was not taken. */
  untaggedBefore: UntaggedTable[] | null;
  /** Rows that were there before; given only when nobody else used the schema since. */
  known?: KnownKeys | null;
  /** The deployed schema as it was before the load; null when there is no other than the one that got it. */
  source?: SourceBefore | null;
  /** Whether other runs used the same schema meanwhile: rows without a tag may be theirs. */
  shared?: boolean;
  /** Removes the isolated schema, or says why it stays. */
  removeIsolation?: (() => Promise<Removal>) | null;
  progress?: Progress;
}

/**
 * Deletes the run's rows and proves that none is left. Safe to repeat. Never throws: what went wrong is in `problems`,
 * so that teardown after a failure cannot hide that failure.
 */
export async function tearDown(options: TeardownOptions): Promise<TeardownResult> {
  const { client, sql, description, tag, untaggedBefore } = options;
  const progress = options.progress ?? silent;
  const tables = description.tables.map((table) => table.name);
  const problems: string[] = [];
  const attempt = async <T>(action: () => Promise<T>): Promise<T | null> => {
    try {
      return await action();
    } catch (error) {
      problems.push(messageOf(error));
      return null;
    }
  };

  const deleted = new Map<string, number>();
  const add = (more: Map<string, number> | null): void => {
    for (const [table, rows] of more ?? []) deleted.set(table, (deleted.get(table) ?? 0) + rows);
  };
  const ids = sql && (await attempt(() => findGeneratedIds(sql, description, tag)));
  if (client) add(await attempt(() => deleteTaggedRows(client, description, tag, progress)));
  let left = sql && (await attempt(() => countTaggedRows(sql, description.schema, tables, tag)));
  if (sql && left?.some((count) => count.rows > 0)) {
    add(await attempt(() => sweepTaggedRows(sql, description, tag)));
    left = await attempt(() => countTaggedRows(sql, description.schema, tables, tag));
  }
  if (sql && ids) add(await attempt(() => deleteNamingIds(sql, description, ids)));
  const { known } = options;
  if (sql && known) add(await attempt(() => deleteNewRows(sql, description, known)));
  const untaggedAfter =
    sql && untaggedBefore && (await attempt(() => fingerprintUntaggedRows(sql, description.schema, tables)));
  const { source, removeIsolation, shared = false } = options;
  const proof = sql && source ? await attempt(() => proveSource(sql, source, tag)) : null;
  const isolation = removeIsolation ? await attempt(removeIsolation) : null;
  return {
    v: TEARDOWN_VERSION,
    run: tag,
    performed: true,
    deleted: [...deleted].map(([table, rows]) => ({ table, rows })),
    // What went with its schema is not left.
    left: isolation?.removed && left ? left.map(({ table }) => ({ table, rows: 0 })) : left,
    untagged_before: untaggedBefore,
    untagged_after: untaggedAfter,
    source: proof,
    isolation,
    shared,
    problems,
  };
}
