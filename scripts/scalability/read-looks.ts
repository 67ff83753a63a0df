import { type Observation, observationSchema } from '../../contracts/observation.ts';
import { forEachLine } from '../../history/lines.ts';

/** The looks of an observations file. A line that was cut off, or no file at all, is nothing observed. */
export async function readLooks(file: string): Promise<Observation[]> {
  const looks: Observation[] = [];
  await forEachLine(file, (line) => {
    const look = parse(line);
    if (look !== null) looks.push(look);
  }).catch(() => {});
  return looks;
}

function parse(line: string): Observation | null {
  try {
    return observationSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
