import type { Command } from 'commander';
import { ExitCode } from '../../contracts/errors.ts';
import { renderBudget, renderCapacity } from '../capacity/render.ts';
import { type CapacityOptions, type CapacityRequest, checkRequest } from '../capacity/request.ts';
import { runCapacity } from '../capacity/run-search.ts';
import { type Budget, budgetOf } from '../capacity/step-plan.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addCloneOptions } from '../isolation-options.ts';
import { confirmLoad } from '../run/confirm.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print, wantsColour } from '../terminal.ts';

export function addCapacity(program: Command): void {
  addCloneOptions(
    program
      .command('capacity')
      .summary('find how many assignments per second the target carries within an SLO')
      .description(
        'Offers assignments at a constant rate, step after step: faster until the SLO breaks, then halving in between, then again at the rate that was found. Promises are checked at every step: a rate that breaks one is no capacity.',
      )
      .option('--target <name>', 'local, staging, or the connection file of a running target', 'local')
      .option(
        '--migrations <folder>',
        'for local: your supabase/migrations instead of the reference application',
      )
      .option('--broken <id>', 'damage the local application by a patch of reference/broken first')
      .option('--schema <name>', 'the isolated schema, which is made and removed', 'table_stress'),
  )
    .option('--slo-p95 <ms>', 'longest 95th percentile, from the intended start (default: thresholds.json)')
    .option('--slo-p50 <ms>', 'the same for the median; naming any of these replaces those of the file')
    .option('--slo-p90 <ms>', 'the same for the 90th percentile')
    .option('--slo-p99 <ms>', 'the same for the 99th percentile')
    .option('--slo-errors <share>', 'largest share of arrivals that may fail; conflicts are answers')
    .option('--slo-status-lag <ms>', 'longest until a stored status is read as reserved, or none')
    .option('--tables <popularity>', 'uniform, or zipf: some are more popular than others')
    .option('--zipf-exponent <number>', 'how much more')
    .option('--tables-per-restaurant <number>', 'how many tables there are in each')
    .option('--restaurants <number>', 'how many restaurants share the load')
    .option('--merged <share>', 'assignments that take two neighbouring tables')
    .option('--conflicts <share>', 'assignments that want what another takes')
    .option('--pool-size <number>', "for local: connections of the API's pool")
    .option('--start-rate <rate>', 'assignments per second of the first step')
    .option('--max-rate <rate>', 'no step is faster')
    .option('--max-duration <seconds>', 'for the whole search')
    .option('--step <seconds>', 'of load in each step; more at rates with too few calls')
    .option('--min-calls <number>', 'assignments in a step, at least')
    .option('--precision <share>', 'how narrow the bracket has to become')
    .option('--repeats <number>', 'runs at the rate that was found')
    .option('--check <factors>', 'then run at these multiples of it, for instance 0.9,1.2')
    .option('--seed <number>', 'repeat the plans of another search (default: a new one)')
    .option('--thresholds <file>', 'another thresholds.json')
    .option('--via-gateway', 'load through the gateway instead of straight to PostgREST')
    .option('--yes', 'start the load on staging without a question')
    .option('--out <folder>', 'where the result goes, in a folder of its own', 'runs')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 a rate was found and confirmed, 1 a promise is broken, 2 bad usage, 3 target or tool failed,
  4 not confirmed, 99 the SLO breaks at every rate, 130 interrupted, with the best answer so far

Examples:
  npm run stress -- capacity
  npm run stress -- capacity --slo-p95 200 --slo-p99 800 --max-rate 400
  npm run stress -- capacity --migrations ../app/supabase/migrations --tables zipf --restaurants 1
  npm run stress -- capacity --max-duration 300 --check 0.9,1.2
  npm run stress -- capacity --target staging --max-rate 30
  npm run --silent stress -- capacity --json > capacity.json`,
    )
    .action(async (options: CapacityOptions) => {
      process.exitCode = await capacity(options);
    });
}

async function capacity(options: CapacityOptions): Promise<number> {
  const request = await checkRequest(options);
  const budget = budgetOf(request);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => howToCleanUp(request),
  );
  const { run } = request;
  reporter.say(`table-stress capacity ${run.tag}: seed ${run.seed}`);
  try {
    await confirm(request, budget, interrupts.signal);
    const { folder, result } = await runCapacity(request, reporter, interrupts.signal);
    await print(
      options.json
        ? `${JSON.stringify(result, null, 2)}\n`
        : renderCapacity(result, folder.root, wantsColour(process.stdout)),
    );
    return interrupts.signal.aborted ? ExitCode.interrupted : result.exit_code;
  } finally {
    interrupts.release();
  }
}

/** Shows what may happen; a hosted project gets no load that was not agreed to. */
async function confirm(request: CapacityRequest, budget: Budget, interrupt: AbortSignal): Promise<void> {
  const { staging, thresholds, yes, target } = request.run;
  const name = staging === null ? target : `project ${staging.projectRef} at ${staging.supabaseUrl}`;
  const ceiling = staging === null ? null : thresholds.staging;
  process.stderr.write(renderBudget(request, budget, name, ceiling));
  if (staging === null) return;
  const { stdin: input, stderr: output } = process;
  await confirmLoad({ yes, target: staging.projectRef, input, output, interrupt });
}

/** What to do after a search that was stopped at once. */
function howToCleanUp({ run: { target, tag, staging } }: CapacityRequest): string {
  if (target === 'local') return 'The embedded target ends by itself; nothing is left.';
  const file = /^[\w./-]+$/.test(target) ? target : `'${target}'`;
  const needed = staging !== null && staging.database === null ? ', with SUPABASE_DB_URL set' : '';
  return `Rows and the isolated schema may be left; remove them with: npm run stress -- teardown --run ${tag} --target ${file}${needed}`;
}
