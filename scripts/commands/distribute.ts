import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode, UsageError } from '../../contracts/errors.ts';
import { readJson } from '../../contracts/json-file.ts';
import { MANIFEST_VERSION, manifestSchema } from '../../contracts/manifest.ts';
import { PREPARED_VERSION, preparedSchema } from '../../contracts/prepared.ts';
import { openRunFolder } from '../../contracts/run-folder.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { archiveScenario } from '../../distribute/archive.ts';
import { checkDistributeOptions } from '../../distribute/options.ts';
import { writeDistributed } from '../../distribute/write.ts';
import { describeLoad } from '../../plan/load.ts';
import { PLAN_VERSION, type Plan } from '../../plan/plan.ts';
import { planSchema } from '../../plan/schema.ts';
import { k6Version } from '../../target/k6/program.ts';
import { resolveK6 } from '../../target/k6/resolve.ts';
import { handleInterrupts } from '../interrupt.ts';
import { bundleScenarios } from '../run/bundle.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print } from '../terminal.ts';

interface DistributeCommandOptions {
  image: string;
  namespace?: string;
  secret: string;
  cpu: string;
  memory: string;
  separate?: boolean;
  json?: boolean;
}

export function addDistribute(program: Command): void {
  program
    .command('distribute')
    .summary('write what the k6 operator needs for a prepared run')
    .description(
      'Writes, into the folder distributed of a prepared run, an archive of each scenario, manifests for the k6 operator, and the steps from there to the verdict. No file holds a key.',
    )
    .argument('<folder>', 'the run folder that prepare made')
    .option('--image <name>', 'image of the runners, with its version', `grafana/k6:${k6Version}`)
    .option('--namespace <name>', "the cluster's namespace (default: kubectl's)")
    .option('--secret <name>', 'the Secret that will hold SUPABASE_SECRET_KEY', 'table-stress')
    .option('--cpu <quantity>', 'processors for each runner', '1')
    .option('--memory <quantity>', 'memory for each runner', '512Mi')
    .option('--separate', 'each runner on a node of its own')
    .option('--json', 'print the written files as JSON')
    .addHelpText(
      'after',
      `
Examples:
  npm run stress -- prepare hot-table rush --target staging --runners 4
  npm run stress -- distribute runs/latest --namespace load
  less runs/latest/distributed/README.md`,
    )
    .action(async (folder: string, options: DistributeCommandOptions) => {
      process.exitCode = await distribute(folder, options);
    });
}

async function distribute(root: string, options: DistributeCommandOptions): Promise<number> {
  const { image, namespace = null, secret, cpu, memory, separate = false } = options;
  const checked = checkDistributeOptions({ image, namespace, secret, cpu, memory, separate });
  const folder = await openRunFolder(root);
  const manifest = await readJson(folder.manifest, manifestSchema, MANIFEST_VERSION);
  if (manifest.load.where !== 'elsewhere') {
    throw new UsageError(`${root}: was not prepared for a load elsewhere`, [
      'prepare one: npm run stress -- prepare SCENARIO --target TARGET --runners N',
    ]);
  }
  const prepared = await readJson(folder.prepared, preparedSchema, PREPARED_VERSION);
  const plan = (await readJson(folder.plan, planSchema, PLAN_VERSION)) as unknown as Plan;
  const forecast = describeLoad(plan);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    () => reporter.say('stopping'),
    () => 'Start the same command again.',
  );
  try {
    const k6 = await reporter.stage(
      'k6',
      (progress) => resolveK6({ progress, signal: interrupts.signal }),
      (found) => `${found.version} (${found.source})`,
    );
    const scripts = await bundleScenarios(path.join(folder.k6, 'scripts'));
    const files = await reporter.stage(
      'distribute',
      async (progress) => {
        const scenarios = [];
        for (const scenario of manifest.scenarios as ScenarioName[]) {
          interrupts.signal.throwIfAborted();
          progress(`archive of ${scenario}`);
          scenarios.push({
            scenario,
            run: plan.tag,
            runners: manifest.load.runners,
            archive: await archiveScenario(k6.path, scripts[scenario], plan, scenario),
            environment: prepared.environment[scenario] ?? {},
            calls: forecast.scenarios.find((load) => load.scenario === scenario)?.requests ?? 0,
          });
        }
        const texts = { folder: root, target: manifest.target.description };
        return writeDistributed(folder.distributed, scenarios, checked, texts);
      },
      (written) => `${written.length} files in ${path.relative(process.cwd(), folder.distributed)}`,
    );
    if (manifest.target.kind === 'local') {
      reporter.say('  the target is on this machine: no pod can reach it, only a k6 here');
    }
    const names = files.map((name) => path.join(folder.distributed, name));
    await print(
      options.json
        ? `${JSON.stringify(names, null, 2)}\n`
        : `the steps: ${path.relative(process.cwd(), names[0] ?? '')}\n`,
    );
    return ExitCode.pass;
  } finally {
    interrupts.release();
  }
}
