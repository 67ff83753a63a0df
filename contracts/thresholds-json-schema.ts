import { z } from 'zod';
import { thresholdsSchema } from './thresholds.ts';

/** JSON Schema of thresholds.json, by which editors check and complete it. */
export function thresholdsJsonSchema(): object {
  return { title: 'Profiles and thresholds of table-stress', ...z.toJSONSchema(thresholdsSchema) };
}
