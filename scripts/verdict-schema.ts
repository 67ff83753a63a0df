import path from 'node:path';
import { writeJson } from '../contracts/json-file.ts';
import { verdictJsonSchema } from '../contracts/verdict-json-schema.ts';
import { projectRoot } from './project.ts';

/** Writes verdict.schema.json: node --import tsx scripts/verdict-schema.ts && npm run format */
await writeJson(path.join(projectRoot, 'verdict.schema.json'), verdictJsonSchema());
