import type { Command } from 'commander';
import { ExitCode, TargetError, UsageError } from '../../contracts/errors.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { createStressClient } from '../../target/supabase-client.ts';
import { findTags } from '../../teardown/count.ts';
import { isAlive } from '../../teardown/liveness.ts';
import { tearDown } from '../../teardown/teardown.ts';
import { openTarget } from '../run/open-target.ts';
import { SCHEMA } from '../run/prepare-world.ts';
import { describeTeardown, isClean } from '../run/wind-down.ts';
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
    .option('--run <tag>', 'remove the rows of one run')
    .option('--all', 'remove the rows of every run that the database itself shows')
    .option('--target <file>', 'connection file of a running target', 'local')
    .addHelpText(
      'after',
      `
An embedded target that a run starts for itself ends with that run, and its rows with it.

Examples:
  npm run stress -- teardown --all --target target.json
  npm run stress -- teardown --run a1b2c3d4 --target target.json`,
    )
    .action(async (options: TeardownOptions) => {
      process.exitCode = await teardown(options);
    });
}

async function teardown(options: TeardownOptions): Promise<number> {
  if ((options.run === undefined) === (options.all !== true)) {
    throw new UsageError('teardown: give either --run TAG or --all', ['npm run stress -- teardown --all']);
  }
  if (options.run !== undefined && !/^[0-9a-f]{8}$/.test(options.run)) {
    throw new UsageError(`--run ${options.run}: is no tag of a run`, [
      "a tag has eight hexadecimal digits; it is the end of the run folder's name",
    ]);
  }
  const reporter = new StageReporter();
  if (options.target === 'local') {
    reporter.say('an embedded target ends with its run and leaves nothing; name another with --target FILE');
    return ExitCode.pass;
  }
  const { target } = await openTarget(options.target, {
    progress: () => {},
    signal: new AbortController().signal,
    viaGateway: false,
  });
  if (target.databaseUrl === null) throw new TargetError('the target has no database URL');
  const sql = await connectDatabase(target.databaseUrl, 'teardown');
  try {
    const description = await describeFromCatalog(sql, SCHEMA);
    const tables = description.tables.map((table) => table.name);
    const tags = options.run === undefined ? await findTags(sql, SCHEMA, tables) : [options.run];
    if (tags.length === 0) reporter.say('no rows of any run found');
    if (options.run !== undefined && !(await findTags(sql, SCHEMA, tables)).includes(options.run)) {
      reporter.say(`no rows of run ${options.run} found`);
      return ExitCode.pass;
    }
    const client = createStressClient(target, SCHEMA);
    let clean = true;
    for (const tag of tags) {
      if (await isAlive(sql, tag)) {
        reporter.say(`run ${tag} is still going on: its rows are left alone`);
        clean = false;
        continue;
      }
      const result = await reporter.stage(
        `run ${tag}`,
        (progress) => tearDown({ client, sql, description, tag, untaggedBefore: null, progress }),
        describeTeardown,
      );
      clean &&= isClean(result);
    }
    return clean ? ExitCode.pass : ExitCode.target;
  } finally {
    await sql.end({ timeout: 2 });
  }
}
