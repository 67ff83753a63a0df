import { appendFile, writeFile } from 'node:fs/promises';
import { faultKinds } from '../../contracts/faults.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { type Injection, injectFaults } from '../../faults/inject.ts';
import { randomStream } from '../../plan/random.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import type { OpenTarget } from './open-target.ts';
import type { RunContext } from './under-load.ts';

/** Injects the faults that are planned for a scenario, and writes down what was done. */
export interface DisturbedLoad {
  /** For one scenario; null where nothing is planned for it. */
  during(scenario: ScenarioName): Injection | null;
  close(): Promise<void>;
}

/** Opens what the faults of a run need; null where none are planned. */
export async function disturbLoad(
  { plan, folder, reporter }: RunContext,
  { disturbed }: OpenTarget,
  schema: string,
): Promise<DisturbedLoad | null> {
  const { faults } = plan;
  if (faults === undefined || disturbed === null) return null;
  await writeFile(folder.faults, '');
  const sql = await connectDatabase(disturbed.superuserUrl, 'faults');
  const random = randomStream(plan.seed, 'injection');
  return {
    during(scenario) {
      const planned = faults[scenario] ?? [];
      if (planned.length === 0) return null;
      return injectFaults({
        run: plan.tag,
        scenario,
        planned,
        target: { controls: disturbed.controls, sql, schema, random },
        record: async (event) => {
          await appendFile(folder.faults, `${JSON.stringify(event)}\n`);
          const what = event.problem === null ? faultKinds[event.kind] : `not done: ${event.problem}`;
          reporter.say(`  fault ${event.kind}: ${what}${event.hit === null ? '' : ` (${event.hit} hit)`}`);
        },
      });
    },
    close: async () => {
      await sql.end({ timeout: 1 });
    },
  };
}
