import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type postgres from 'postgres';
import { tagPattern } from '../plan/identity.ts';

/**
 * Writes every row that carries the run's tag, of every table of the schema, in one snapshot: one line
 * `{"table": …, "row": {…}}` each, and a last one that counts them: a file without it is not complete. Streams, so that
 * a large run does not fill memory.
 *
 * @returns how many rows were written
 */
export async function writeFinalState(
  sql: postgres.Sql,
  schema: string,
  tables: readonly string[],
  tag: string,
  file: string,
): Promise<number> {
  let rows = 0;
  await sql.begin('isolation level repeatable read read only', async (transaction) => {
    const lines = async function* (): AsyncGenerator<string> {
      for (const table of tables) {
        const query = transaction<{ row: Record<string, unknown> }[]>`
          select to_jsonb(t.*) as row from ${transaction(schema)}.${transaction(table)} t
           where (t.*)::text ~ ${tagPattern(tag)}`;
        for await (const batch of query.cursor(500)) {
          for (const { row } of batch) {
            rows += 1;
            yield `${JSON.stringify({ table, row })}\n`;
          }
        }
      }
      yield `${JSON.stringify({ end: true, rows })}\n`;
    };
    await pipeline(lines, createWriteStream(`${file}.partial`));
  });
  await rename(`${file}.partial`, file);
  return rows;
}
