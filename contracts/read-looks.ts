import { open } from 'node:fs/promises';
import { type Observation, observationSchema } from './observation.ts';

/** The looks of an observations file, one by one. A line that was cut off, or no file at all, is nothing observed. */
export async function* eachLook(file: string): AsyncGenerator<Observation> {
  const opened = await open(file).catch(() => null);
  if (opened === null) return;
  for await (const line of opened.readLines()) {
    const look = parse(line);
    if (look !== null) yield look;
  }
}

/** The same, all at once. */
export async function readLooks(file: string): Promise<Observation[]> {
  const looks: Observation[] = [];
  for await (const look of eachLook(file)) looks.push(look);
  return looks;
}

function parse(line: string): Observation | null {
  try {
    return observationSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
