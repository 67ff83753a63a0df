import type { Command } from 'commander';
import { ExitCode, UsageError } from '../../contracts/errors.ts';
import { handleInterrupts } from '../interrupt.ts';
import { openDatabase } from '../open-database.ts';
import { tearDownRuns } from '../run/tear-down-runs.ts';
import { StageReporter } from '../stage-reporter.ts';

interface TeardownOptions {
  run?: string;
  all?: boolean;
  target: string;
}

export function addTeardown(program: Command): void {
  program
    .command('teardown')
    .summary('remove what crashed or kept runs left in a target')
    .description(
      'Deletes the rows of runs from every isolated schema, removes schemas that runs made, with their roles, and puts back what was exposed before.',
    )
    .option('--run <tag>', 'what one run left')
    .option('--all', 'what every run left that the database itself shows')
    .option('--target <name>', 'staging, or the connection file of a running target', 'local')
    .addHelpText(
      'after',
      `
An embedded target that a run starts for itself ends with that run, and all that was in it.

Examples:
  npm run stress -- teardown --all --target staging
  npm run stress -- teardown --all --target target.json
  npm run stress -- teardown --run a1b2c3d4 --target target.json`,
    )
    .action(async (options: TeardownOptions) => {
      process.exitCode = await teardown(options);
    });
}

async function teardown({ run, all, target }: TeardownOptions): Promise<number> {
  if ((run === undefined) === (all !== true)) {
    throw new UsageError('teardown: give either --run TAG or --all', ['npm run stress -- teardown --all']);
  }
  if (run !== undefined && !/^[0-9a-f]{8}$/.test(run)) {
    throw new UsageError(`--run ${run}: is no tag of a run`, [
      "a tag has eight hexadecimal digits; it is the end of the run folder's name",
    ]);
  }
  const reporter = new StageReporter();
  if (target === 'local') {
    reporter.say('an embedded target ends with its run and leaves nothing; name another with --target');
    return ExitCode.pass;
  }
  const interrupts = handleInterrupts(
    () => reporter.say('stopping after this step'),
    () => 'Start the same command again: what is done is done.',
  );
  const database = await openDatabase(target, 'teardown', { reporter, signal: interrupts.signal });
  try {
    const clean = await tearDownRuns(database, run ?? null, reporter, interrupts.signal);
    return clean ? ExitCode.pass : ExitCode.target;
  } finally {
    await database.close();
    interrupts.release();
  }
}
