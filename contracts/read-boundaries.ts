import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  BOUNDARY_OBSERVATION_VERSION,
  type BoundaryObservation,
  boundaryObservationSchema,
  boundaryObservationsEndSchema,
} from './boundary-observation.ts';
import { UsageError } from './errors.ts';
import { describeIssues, refuseNewer } from './json-file.ts';

/**
 * Reads boundaries.ndjson.
 *
 * @returns null when the file is missing or has no last line that counts the others: it was not written to its end
 * @throws UsageError that names the line and its problem
 */
export async function readBoundaries(file: string, run: string): Promise<BoundaryObservation[] | null> {
  if (!(await stat(file).catch(() => null))) return null;
  const observations: BoundaryObservation[] = [];
  let complete = false;
  let cutOff: UsageError | null = null;
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    number += 1;
    if (text.trim() === '') continue;
    if (cutOff) throw cutOff;
    const place = `${file}:${number}`;
    const data = parse(text);
    if (data === undefined) {
      // Forgiven when nothing follows: the writer was killed, and the file is not complete.
      cutOff = new UsageError(`${place}: is no valid JSON`, ['restore the file from the run that wrote it']);
      continue;
    }
    refuseNewer(place, data, BOUNDARY_OBSERVATION_VERSION);
    const end = boundaryObservationsEndSchema.safeParse(data);
    const line = end.success ? end : boundaryObservationSchema.safeParse(data);
    if (!line.success) {
      throw new UsageError(`${place}: is no observation: ${describeIssues(line.error, data)}`, [
        'restore the file from the run that wrote it',
      ]);
    }
    if (line.data.run !== run) {
      throw new UsageError(`${place}: belongs to run ${line.data.run}, not to run ${run}`, [
        'keep each run in its own folder',
      ]);
    }
    complete = 'end' in line.data && line.data.observations === observations.length;
    if (!('end' in line.data)) observations.push(line.data);
  }
  return complete && !cutOff ? observations : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
