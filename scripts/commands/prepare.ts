import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode, UsageError } from '../../contracts/errors.ts';
import { profileNames, scenarioNames } from '../../contracts/thresholds.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addIsolationOptions } from '../isolation-options.ts';
import { confirmOnStaging } from '../run/confirm-on-staging.ts';
import { prepareLoad } from '../run/prepare-load.ts';
import { checkRequest, type RunOptions } from '../run/request.ts';
import { beginRun } from '../run/run.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print } from '../terminal.ts';

interface PrepareOptions extends RunOptions {
  target: string;
}

export function addPrepare(program: Command): void {
  addIsolationOptions(
    program
      .command('prepare')
      .summary('isolate and seed for a load that other machines make')
      .description(
        'The stages of a run before the load: opens the target, clones the deployed schema, seeds the clone, and leaves it so. `distribute` writes what a cluster needs for the load, `collect` brings its records back, judges them and tears everything down.',
      ),
  )
    .argument('[scenario...]', `any of ${scenarioNames.join(', ')} (default: all)`)
    .requiredOption('--target <name>', 'staging, or the connection file of a running target')
    .option('--runners <number>', 'load generators that will share each scenario', '2')
    .option('--profile <name>', `how much: ${profileNames.join(', ')}`, 'quick')
    .option('--yes', 'seed staging without a question')
    .option('--seed <number>', 'repeat the plan of another run (default: a new one)')
    .option('--out <folder>', 'where the run folder goes', 'runs')
    .option('--thresholds <file>', 'another thresholds.json')
    .option('--json', 'print the run folder as JSON')
    .addHelpText(
      'after',
      `
Nothing marks the prepared rows as in use while no table-stress runs: until collect, leave teardown --all alone.

Examples:
  npm run stress -- prepare hot-table rush --target staging --runners 4
  npm run stress -- distribute runs/latest
  npm run stress -- collect runs/latest --runner-log logs/*.log`,
    )
    .action(async (names: string[], options: PrepareOptions) => {
      process.exitCode = await prepare(names, options);
    });
}

async function prepare(names: string[], options: PrepareOptions): Promise<number> {
  refuseUnpreparable(options);
  const request = await checkRequest(names, options);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () =>
      `Rows and the isolated schema may be left; remove them with: npm run stress -- teardown --run ${request.tag} --target ${options.target}`,
  );
  reporter.say(
    `table-stress prepare ${request.tag}: ${request.scenarios.join(', ')}, profile ${request.profile}, seed ${request.seed}`,
  );
  try {
    await confirmOnStaging(request, interrupts.signal);
    const run = await beginRun(request, reporter, interrupts.signal);
    await prepareLoad(run);
    const folder = path.relative(process.cwd(), run.folder.root) || '.';
    const { scenarios, load } = run.manifest.data;
    const text = options.json
      ? `${JSON.stringify({ run: request.tag, folder: run.folder.root, scenarios, runners: load.runners }, null, 2)}\n`
      : `
prepared: ${folder}, for ${load.runners} load generators

  what a cluster needs   npm run stress -- distribute ${folder}
  after the load         npm run stress -- collect ${folder} --runner-log FILE...
  to give it up          npm run stress -- teardown --run ${request.tag} --target ${options.target}
`;
    await print(text);
    return ExitCode.pass;
  } finally {
    interrupts.release();
  }
}

/** @throws UsageError for what cannot be left to others */
function refuseUnpreparable({ target, clock }: PrepareOptions): void {
  if (target === 'local') {
    throw new UsageError('--target local: an embedded target ends with the command that started it', [
      'start one that stays: npm run stress -- target --connection target.json, then --target target.json',
    ]);
  }
  if (clock === 'virtual') {
    throw new UsageError(
      '--clock virtual: is set by table-stress itself while the load runs, so not elsewhere',
      ['leave it out, or use run'],
    );
  }
}
