import { readFile } from 'node:fs/promises';
import { messageOf, UsageError } from './errors.ts';
import { FAULT_EVENT_VERSION, type FaultEvent, faultEventSchema } from './faults.ts';
import { parseJson } from './json-file.ts';

/**
 * Reads faults.ndjson; a run without faults has none.
 *
 * @throws UsageError that names the line and its problem
 */
export async function readFaults(file: string, run: string): Promise<FaultEvent[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError(`${file}: cannot be read (${messageOf(error)})`, [], error);
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${file}:${index + 1}`;
    const event = parseJson(place, line, faultEventSchema, FAULT_EVENT_VERSION);
    if (event.run !== run) {
      throw new UsageError(`${place}: belongs to run ${event.run}, not to run ${run}`, [
        'keep each run in its own folder',
      ]);
    }
    return [event];
  });
}
