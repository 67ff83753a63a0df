import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CAPACITY_VERSION, type CapacityResult, capacityResultSchema } from '../contracts/capacity-result.ts';
import { readJson } from '../contracts/json-file.ts';

/**
 * The result of `capacity` in a folder; null when the folder has none, as that of a run.
 *
 * @throws UsageError when the file is damaged or of a newer format
 */
export async function readCapacity(folder: string): Promise<CapacityResult | null> {
  const file = path.join(folder, 'capacity.json');
  const there = await stat(file).catch(() => null);
  return there ? readJson(file, capacityResultSchema, CAPACITY_VERSION) : null;
}
