import { readFileSync } from 'node:fs';
import { UsageError } from './errors.ts';
import { parseJson } from './json-file.ts';
import { THRESHOLDS_VERSION, type Thresholds, thresholdsSchema } from './thresholds.ts';

/**
 * Reads thresholds.json.
 *
 * @throws UsageError that names the field and its problem
 */
export function readThresholds(file: string): Thresholds {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${file}: cannot be read`,
      ['restore it, or name another: --thresholds FILE'],
      error,
    );
  }
  return parseJson(file, text, thresholdsSchema, THRESHOLDS_VERSION);
}
