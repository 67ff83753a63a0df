import path from 'node:path';
import { build } from 'esbuild';
import { allScenarioNames, type ScenarioName } from '../../contracts/thresholds.ts';
import { projectRoot } from '../project.ts';

/**
 * Bundles the scenarios for k6, one script each.
 *
 * @param folder where the scripts go
 * @returns path of each scenario's script
 */
export async function bundleScenarios(folder: string): Promise<Record<ScenarioName, string>> {
  await build({
    entryPoints: allScenarioNames.map((name) => path.join(projectRoot, 'scenarios', `${name}.ts`)),
    outdir: folder,
    bundle: true,
    // k6 provides `k6` and `k6/*` itself.
    external: ['k6'],
    // k6 is neither Node nor a browser: nothing of either may be assumed.
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'es2022',
    // Error messages of k6 then name the lines of the TypeScript source.
    sourcemap: 'inline',
    logLevel: 'silent',
  });
  return Object.fromEntries(
    allScenarioNames.map((name) => [name, path.join(folder, `${name}.js`)]),
  ) as Record<ScenarioName, string>;
}
