import path from 'node:path';
import { writeJson } from '../contracts/json-file.ts';
import { launchProfileJsonSchema } from '../contracts/launch-profile.ts';
import { projectRoot } from './project.ts';

/** Writes the JSON Schema: node --import tsx scripts/launch-profile-schema.ts && npm run format */
await writeJson(
  path.join(projectRoot, 'capacity', 'profiles', 'launch-profile.schema.json'),
  launchProfileJsonSchema(),
);
