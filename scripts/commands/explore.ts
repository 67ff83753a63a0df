import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode, UsageError } from '../../contracts/errors.ts';
import type { ExploreResult } from '../../contracts/explore-result.ts';
import { silent } from '../../contracts/progress.ts';
import { folderName } from '../../contracts/run-folder.ts';
import { standardCases } from '../../explore/cases/standard.ts';
import { applyBroken } from '../../reference/broken.ts';
import { exploreCases } from '../explore/explore-cases.ts';
import { withInstrumentedCopies, withInstrumentedCopy } from '../explore/instrumented-copy.ts';
import { renderExplore } from '../explore/render.ts';
import { exitCodeOf, renderReplay, replay } from '../explore/replay.ts';
import { checkRequest, type ExploreOptions, type ExploreRequest } from '../explore/request.ts';
import { makeFolder, writeFindings, writeResult } from '../explore/write.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addCloneOptions } from '../isolation-options.ts';
import { type OpenDatabase, openDatabase } from '../open-database.ts';
import { StageReporter, type Stages, within } from '../stage-reporter.ts';
import { print, wantsColour } from '../terminal.ts';

const exitCodes: Record<ExploreResult['verdict'], ExitCode> = {
  pass: ExitCode.pass,
  fail: ExitCode.fail,
  unknown: ExitCode.unknown,
};

export function addExplore(program: Command): void {
  addCloneOptions(
    program
      .command('explore')
      .summary('run a few calls in every order of their statements, on the real database')
      .description(
        'Runs two or three calls of the deployed functions under a scheduler that decides who takes the next statement, goes through the interleavings one by one, judges each, and writes what runs a bad one again.',
      )
      .argument('[cases...]', 'cases to explore; none: all of them')
      .option('--target <name>', 'local, staging, or the connection file of a running target', 'local')
      .option(
        '--migrations <folder>',
        'for local: your supabase/migrations instead of the reference application',
      )
      .option('--broken <id>', 'damage the local application by a patch of reference/broken first')
      .option('--schema <name>', 'the copy, which is made and removed (default: table_stress_explore_TAG)'),
  )
    .option('--cases <file>', 'a case file instead of the standard cases (docs/explore.md)')
    .option('--list', 'name the cases and what each is about')
    .option('--preemptions <number>', 'most preemptions that are gone through, or all', '2')
    .option('--time <seconds>', 'for all cases together', '300')
    .option('--deadline <seconds>', 'for one schedule', '10')
    .option('--samples <number>', 'random schedules of each case beyond those, while there is time', '0')
    .option('--seed <number>', 'for the random schedules')
    .option('--no-reduction', 'also run schedules that differ in the order of independent steps only')
    .option('--keep-going', 'go on with a case that has shown a defect')
    .option('--replay <file>', 'run the schedule of this file again')
    .option('--times <number>', 'how often it is run', '1')
    .option(
      '--jobs <number>',
      'for local: databases side by side (default: 2 for ten cases or more, where there are two cores)',
    )
    .option('--out <folder>', 'where the result goes, in a folder of its own', 'runs')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 no promise broken in the schedules that were run, 1 a promise is broken, 2 bad usage,
  3 target failed, 4 unknown, 130 interrupted

Examples:
  npm run stress -- explore
  npm run stress -- explore assign-same-table --preemptions all
  npm run stress -- explore --migrations ../app/supabase/migrations
  npm run stress -- explore --broken no-lock-no-constraint assign-same-table
  npm run stress -- explore --replay runs/…-explore/assign-same-table.no-double-booking.json --times 50`,
    )
    .action(async (names: string[], options: ExploreOptions) => {
      process.exitCode = await run(names, options);
    });
}

async function run(names: readonly string[], options: ExploreOptions): Promise<number> {
  const anchor = Date.now();
  if (options.list) {
    await print(standardCases.map(({ name, about }) => `${name.padEnd(32)}${about}\n`).join(''));
    return ExitCode.pass;
  }
  const request = await checkRequest(names, options);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => `Undo with: npm run stress -- teardown --run ${request.tag} --target ${request.target}`,
  );
  const { signal } = interrupts;
  const databases: OpenDatabase[] = [];
  try {
    for (let job = 0; job < Math.min(request.jobs, request.cases.length); job += 1) {
      databases.push(await open(request, job === 0 ? reporter : within(silent), signal));
    }
    const [first, ...others] = databases.map((database) => ({ database, request, anchor, reporter, signal }));
    if (!first) throw new UsageError('there is no case to explore');
    const code = request.replay
      ? await runAgain(first, request.replay, options)
      : await explore([first, ...others], options);
    return signal.aborted ? ExitCode.interrupted : code;
  } finally {
    await Promise.all(databases.map((database) => database.close()));
    interrupts.release();
  }
}

async function open(request: ExploreRequest, reporter: Stages, signal: AbortSignal): Promise<OpenDatabase> {
  const { target, migrations, broken } = request;
  const database = await openDatabase(target, 'explore', { reporter, signal, migrations });
  try {
    if (broken !== null) await applyBroken(database.sql, broken);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Context {
  database: OpenDatabase;
  request: ExploreRequest;
  anchor: number;
  reporter: StageReporter;
  signal: AbortSignal;
}

async function explore(
  contexts: readonly [Context, ...Context[]],
  { json }: ExploreOptions,
): Promise<number> {
  const [context, ...others] = contexts;
  const { request, anchor } = context;
  const folder = path.join(request.out, `${folderName(anchor, request.tag)}-explore`);
  await makeFolder(folder);
  const { result, left } = await withInstrumentedCopies(
    [context, ...others.map((other) => ({ ...other, reporter: within(silent) }))],
    async (copies) => {
      const explored = await exploreCases(context, copies, process.argv.slice(2));
      return writeFindings(folder, explored, request, copies[0].workbench);
    },
  );
  const whole = { ...result, left, notes: [...result.notes, ...(left === null ? [] : [left])] };
  await writeResult(folder, whole);
  const view = { folder, colour: wantsColour(process.stdout), width: process.stdout.columns ?? 120 };
  await print(json ? `${JSON.stringify(whole, null, 2)}\n` : renderExplore({ result: whole, ...view }));
  return exitCodes[whole.verdict];
}

async function runAgain(
  context: Context,
  wanted: NonNullable<ExploreRequest['replay']>,
  { json }: ExploreOptions,
): Promise<number> {
  const { result } = await withInstrumentedCopy(context, (copy) => replay(context, copy, wanted));
  await print(json ? `${JSON.stringify(result, null, 2)}\n` : renderReplay(result));
  return exitCodeOf(result);
}
