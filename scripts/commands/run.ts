import path from 'node:path';
import type { Command } from 'commander';
import { compare, usualLimits } from '../../compare/compare.ts';
import { readSide } from '../../compare/read-side.ts';
import { ExitCode } from '../../contracts/errors.ts';
import { faultNames } from '../../contracts/faults.ts';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { profileNames, scenarioNames } from '../../contracts/thresholds.ts';
import { annotations } from '../../report/annotations.ts';
import { renderComparison } from '../compare/render.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addIsolationOptions } from '../isolation-options.ts';
import { confirmOnStaging } from '../run/confirm-on-staging.ts';
import type { OpenTarget } from '../run/open-target.ts';
import { checkRequest, type RunOptions, type RunRequest } from '../run/request.ts';
import { runStress } from '../run/run.ts';
import { serveTarget } from '../serve-target.ts';
import { StageReporter } from '../stage-reporter.ts';
import { renderSummary } from '../summary.ts';
import { print, wantsColour } from '../terminal.ts';

export function addRun(program: Command): void {
  addIsolationOptions(
    program
      .command('run')
      .summary('run scenarios against a target and judge what happened')
      .description(
        'Starts or opens the target, clones the deployed schema, seeds the clone, runs the scenarios, tears everything down, and judges what happened.',
      ),
  )
    .argument('[scenario...]', `any of ${scenarioNames.join(', ')} (default: all but capacity)`)
    .option('--profile <name>', `how much: ${profileNames.join(', ')}`, 'quick')
    .option('--target <name>', 'local, staging, or the connection file of a running target', 'local')
    .option(
      '--migrations <folder>',
      'for local: your supabase/migrations instead of the reference application',
    )
    .option('--yes', 'start the load on staging without a question')
    .option('--seed <number>', 'repeat the plan of another run (default: a new one)')
    .option('--broken <id>', 'damage the local application by a patch of reference/broken first')
    .option('--keep', 'leave the rows in place; an embedded target then stays up until Ctrl-C')
    .option('--no-replay', 'do not try violations again on a fresh copy')
    .option(
      '--explore [seconds]',
      'explore interleavings of two calls as well, for 5 s (default: with all scenarios, except on staging)',
    )
    .option('--no-explore', 'do not')
    .option('--out <folder>', 'where the run folder goes', 'runs')
    .option('--thresholds <file>', 'another thresholds.json')
    .option('--via-gateway', 'load through the gateway instead of straight to PostgREST')
    .option('--faults [kinds]', `disturb the local target meanwhile: all, or some of ${faultNames.join(',')}`)
    .option(
      '--k6-out <output>',
      "another output of k6's, for instance experimental-prometheus-rw or csv=calls.csv; may be repeated",
      collect,
      [],
    )
    .option('--dashboard', "k6's web dashboard while each scenario runs; its export stays in the run folder")
    .option('--baseline <folder>', 'compare with this run in the end; see compare')
    .option('--runners <number>', 'k6 processes that share each scenario and begin it at one instant', '1')
    .option('--fail-fast', 'stop the load at the first violation that shows while it runs')
    .option('--json', 'print the verdict as JSON')
    .addHelpText(
      'after',
      `
Examples:
  npm run stress -- run
  npm run stress -- run hot-table --profile standard
  npm run stress -- run --migrations ../app/supabase/migrations
  npm run stress -- run --target staging
  npm run stress -- run hot-table rush --runners 4
  npm run stress -- run hot-table --broken no-lock-no-constraint --seed 7
  npm run stress -- run hot-table idempotency --faults crash,drop-replies
  npm run --silent stress -- run --json > verdict.json`,
    )
    .action(async (names: string[], options: RunOptions) => {
      process.exitCode = await run(names, options);
    });
}

/** For an option that may be repeated. */
function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

async function run(names: string[], options: RunOptions): Promise<number> {
  const request = await checkRequest(names, options);
  const baseline =
    options.baseline === undefined ? null : await readSide(await openRunFolder(options.baseline));
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => howToCleanUp(request),
  );
  reporter.say(
    `table-stress run ${request.tag}: ${request.scenarios.join(', ')}, profile ${request.profile}, seed ${request.seed}`,
  );
  try {
    await confirmOnStaging(request, interrupts.signal);
    const outcome = await runStress(request, reporter, interrupts.signal);
    const text = options.json
      ? `${JSON.stringify(outcome.verdict, null, 2)}\n`
      : renderSummary(outcome.verdict, outcome, outcome.folder, wantsColour(process.stdout));
    await print(text);
    // On standard error, so that JSON stays JSON; GitHub reads both.
    if (process.env.GITHUB_ACTIONS === 'true') {
      process.stderr.write(
        annotations(outcome.verdict, path.relative(process.cwd(), outcome.folder.reportHtml)),
      );
    }
    // Also when the load was over: who interrupts a script wants it to stop, whatever the verdict.
    if (interrupts.signal.aborted) return ExitCode.interrupted;
    if (outcome.stillOpen) await keepOpen(outcome.stillOpen, request, reporter, interrupts.signal);
    const { exit_code } = outcome.verdict;
    if (baseline === null) return exit_code;
    const comparison = compare(baseline, await readSide(outcome.folder), usualLimits);
    // JSON on standard output stays one document.
    process.stderr.write(renderComparison(comparison, wantsColour(process.stderr)));
    return exit_code === ExitCode.pass ? comparison.exit_code : exit_code;
  } finally {
    interrupts.release();
  }
}

/** What to do after a run that was stopped at once. */
function howToCleanUp({ target, tag, staging }: RunRequest): string {
  if (target === 'local') return 'The embedded target ends by itself; nothing is left.';
  const file = /^[\w./-]+$/.test(target) ? target : `'${target}'`;
  const needed = staging !== null && staging.database === null ? ', with SUPABASE_DB_URL set' : '';
  return `Rows and the isolated schema may be left; remove them with: npm run stress -- teardown --run ${tag} --target ${file}${needed}`;
}

/** Keeps the embedded target up for a look at the rows, until the user has seen enough. */
async function keepOpen(
  open: OpenTarget,
  request: RunRequest,
  reporter: StageReporter,
  interrupt: AbortSignal,
): Promise<void> {
  const file = path.join(request.out, `target-${request.tag}.json`);
  try {
    await serveTarget(file, open.target, { lost: open.lost, interrupt }, () =>
      reporter.say(`rows were kept; the target stays up, see ${file} (holds keys). Ctrl-C ends it.`),
    );
  } finally {
    await open.close();
  }
}
