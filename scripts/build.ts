import path from 'node:path';
import { projectRoot } from './project.ts';
import { bundleScenarios } from './run/bundle.ts';

/** Bundles the scenarios into dist/, for `k6 run` or `k6 archive` by hand. */
const scripts = await bundleScenarios(path.join(projectRoot, 'dist'));
for (const script of Object.values(scripts))
  process.stdout.write(`${path.relative(process.cwd(), script)}\n`);
