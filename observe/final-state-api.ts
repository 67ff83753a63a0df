import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { TargetError } from '../contracts/errors.ts';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';
import { tagPattern } from '../plan/identity.ts';
import { tagFilter } from '../plan/tag-filter.ts';
import type { StressClient } from '../target/supabase-client.ts';

const PAGE = 500;

/**
 * The same file as `writeFinalState` makes, for a target without a database URL: reads page by page through the API.
 * It is no snapshot, so it is only right once the load has ended.
 *
 * @returns how many rows were written
 * @throws TargetError when a table cannot be read
 */
export async function writeFinalStateFromApi(
  client: StressClient,
  description: SchemaDescription,
  tag: string,
  file: string,
): Promise<number> {
  let rows = 0;
  const pattern = new RegExp(tagPattern(tag));
  const lines = async function* (): AsyncGenerator<string> {
    for (const table of description.tables) {
      const filter = tagFilter(table, tag);
      if (filter === null) continue;
      for await (const row of pages(client, table, filter)) {
        if (!pattern.test(JSON.stringify(row))) continue;
        rows += 1;
        yield `${JSON.stringify({ table: table.name, row })}\n`;
      }
    }
    yield `${JSON.stringify({ end: true, rows })}\n`;
  };
  await pipeline(lines, createWriteStream(`${file}.partial`));
  await rename(`${file}.partial`, file);
  return rows;
}

async function* pages(
  client: StressClient,
  table: TableDescription,
  filter: string,
): AsyncGenerator<Record<string, unknown>> {
  for (let offset = 0; ; ) {
    let request = client.from(table.name).select('*').or(filter);
    for (const column of table.primaryKey) request = request.order(column);
    const { data, error } = await request.range(offset, offset + PAGE - 1);
    if (error) {
      throw new TargetError(
        `history: rows of ${table.name} cannot be read (${error.code || 'no code'}: ${error.message})`,
      );
    }
    yield* data as Record<string, unknown>[];
    // A server may give fewer rows than were asked for (max-rows), so only an empty page is the end.
    if (data.length === 0) return;
    offset += data.length;
  }
}
