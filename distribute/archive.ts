import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { messageOf, TargetError } from '../contracts/errors.ts';
import type { ScenarioName } from '../contracts/thresholds.ts';
import type { Plan } from '../plan/plan.ts';

/** Milliseconds that k6 may take for an archive. */
const PATIENCE = 120_000;

/**
 * A k6 archive of one scenario with its part of the plan: all that a k6 elsewhere needs but the address and the key,
 * which it gets by its environment.
 *
 * @param k6 path of the program
 * @param script bundle of the scenario
 * @throws TargetError when k6 makes none
 */
export async function archiveScenario(
  k6: string,
  script: string,
  plan: Plan,
  scenario: ScenarioName,
): Promise<Buffer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'table-stress-archive-'));
  try {
    const bundle = `${scenario}.js`;
    await copyFile(script, path.join(folder, bundle));
    await writeFile(path.join(folder, 'plan.json'), JSON.stringify(partOfPlan(plan, scenario)));
    await execa(k6, ['archive', '-e', 'TABLE_STRESS_PLAN=plan.json', '-O', 'archive.tar', bundle], {
      cwd: folder,
      // Nothing of this machine's environment may get into it.
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        K6_AUTO_EXTENSION_RESOLUTION: 'false',
        K6_NO_USAGE_REPORT: 'true',
        // An archive keeps its options: that of now knows nothing of a start that is agreed later.
        K6_SETUP_TIMEOUT: '1h',
      },
      extendEnv: false,
      timeout: PATIENCE,
    });
    return await readFile(path.join(folder, 'archive.tar'));
  } catch (error) {
    throw new TargetError(`k6 made no archive of ${scenario}: ${messageOf(error)}`, [], error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a scenario's script reads of the plan, without the world and the other scenarios: archives have to be small. */
function partOfPlan(plan: Plan, scenario: ScenarioName): object {
  const { v, seed, tag, anchor, profile, thresholds, min_interval_ms, scenarios } = plan;
  const own = min_interval_ms?.[scenario];
  return {
    ...{ v, seed, tag, anchor, profile },
    thresholds: { [scenario]: thresholds[scenario] ?? [] },
    ...(own === undefined ? {} : { min_interval_ms: { [scenario]: own } }),
    scenarios: { [scenario]: scenarios[scenario] },
  };
}
