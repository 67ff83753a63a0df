import { z } from 'zod';
import { thresholdsSchema } from './thresholds.ts';

/** JSON Schema of thresholds.json, by which editors check and complete it. */
export function thresholdsJsonSchema(): object {
  // Of what may be written: what has a default may be left out.
  const schema = z.toJSONSchema(thresholdsSchema, { io: 'input' });
  return { title: 'Profiles and thresholds of table-stress', ...schema };
}
