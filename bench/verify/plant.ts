import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { forEachLine } from '../../history/lines.ts';
import type { AssignInput } from '../../history/operation.ts';

/** Changes a history so that one refused call, the first after so many, was acknowledged: a double booking. */
export async function plantDoubleBooking(file: string, after: number): Promise<void> {
  const changed = `${file}.planted`;
  const out = createWriteStream(changed);
  let number = 0;
  let planted = false;
  await forEachLine(file, (line) => {
    number += 1;
    const chosen = !planted && number > after && line.includes('"class":"conflict"');
    planted ||= chosen;
    out.write(`${chosen ? acknowledged(line) : line}\n`);
  });
  out.end();
  await once(out, 'finish');
  await rename(changed, file);
}

function acknowledged(line: string): string {
  const record = JSON.parse(line) as { input: AssignInput };
  const { table_ids, start_at, end_at } = record.input;
  const value = table_ids.map((table_id) => ({ table_id, start_at, end_at, merge_group_id: null }));
  return JSON.stringify({ ...record, type: 'ok', class: 'ok', code: null, value, http: 200 });
}
