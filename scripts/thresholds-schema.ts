import path from 'node:path';
import { writeJson } from '../contracts/json-file.ts';
import { thresholdsJsonSchema } from '../contracts/thresholds-json-schema.ts';
import { projectRoot } from './project.ts';

/** Writes thresholds.schema.json: node --import tsx scripts/thresholds-schema.ts && npm run format */
await writeJson(path.join(projectRoot, 'thresholds.schema.json'), thresholdsJsonSchema());
