import type { Command } from 'commander';
import { ExitCode, UsageError } from '../../contracts/errors.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { type ProfileName, type ScenarioName, thresholdsSchema } from '../../contracts/thresholds.ts';
import { configureStaging } from '../../target/staging/configuration.ts';
import { handleInterrupts } from '../interrupt.ts';
import { decimal, numberOption } from '../number-option.ts';
import { collectRun } from '../run/collect-run.ts';
import type { RunRequest } from '../run/request.ts';
import { StageReporter } from '../stage-reporter.ts';
import { renderSummary } from '../summary.ts';
import { print, wantsColour } from '../terminal.ts';

interface CollectOptions {
  runnerLog: string[];
  summary: string[];
  target?: string;
  clockError: string;
  keep?: boolean;
  json?: boolean;
}

export function addCollect(program: Command): void {
  program
    .command('collect')
    .summary('bring the records of load generators elsewhere together, judge them, and tear down')
    .description(
      'The stages of a run from the load on, for one that was prepared: sorts the records in the logs into the run folder, reads the final state, removes the rows and the isolated schema, and judges what happened.',
    )
    .argument('<folder>', 'the run folder that prepare made')
    .requiredOption('--runner-log <file...>', 'what load generators wrote on their console')
    .option('--summary <file...>', 'what they wrote to TABLE_STRESS_SUMMARY, unless it is in the logs', [])
    .option('--target <name>', 'staging (default where it was), or the connection file of the running target')
    .option('--clock-error <ms>', "how far each machine's clock may be off the true time", '10')
    .option('--keep', 'leave the rows in place; collect can then be repeated with more logs')
    .option('--json', 'print the verdict as JSON')
    .addHelpText(
      'after',
      `
Of calls on different machines only those are compared that the error of their clocks cannot have put in order. On one
machine there is one clock: --clock-error 0.

Examples:
  npm run stress -- collect runs/latest --runner-log logs/*.log
  npm run stress -- collect runs/latest --runner-log a.log b.log --target target.json --clock-error 0`,
    )
    .action(async (folder: string, options: CollectOptions) => {
      process.exitCode = await collect(folder, options);
    });
}

async function collect(root: string, options: CollectOptions): Promise<number> {
  const clockErrorMs = numberOption('--clock-error', options.clockError, {
    ...decimal(0, 86_400_000, '10'),
    what: 'a number of milliseconds',
  });
  const folder = await openRunFolder(root);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => 'Start the same command again, or remove what is left with teardown.',
  );
  try {
    const outcome = await collectRun(
      {
        folder,
        logs: options.runnerLog,
        summaries: options.summary,
        clockErrorMs,
        requestOf: (manifest) => requestOf(manifest, options),
      },
      reporter,
      interrupts.signal,
    );
    await print(
      options.json
        ? `${JSON.stringify(outcome.verdict, null, 2)}\n`
        : renderSummary(outcome.verdict, outcome, outcome.folder, wantsColour(process.stdout)),
    );
    return interrupts.signal.aborted ? ExitCode.interrupted : outcome.verdict.exit_code;
  } finally {
    interrupts.release();
  }
}

/** The run that was prepared, with the target of now. */
function requestOf(manifest: Manifest, { target: named, keep = false }: CollectOptions): RunRequest {
  const { isolation } = manifest;
  const target = named ?? (manifest.target.kind === 'staging' ? 'staging' : null);
  if (target === null || target === 'local') {
    throw new UsageError('--target: the run was prepared on a target of this machine', [
      'name its connection file, for instance --target target.json',
    ]);
  }
  if (isolation === null) {
    throw new UsageError('the run was not prepared to its end: its manifest names no isolated schema', [
      'prepare a new one',
    ]);
  }
  const thresholds = thresholdsSchema.parse(manifest.thresholds);
  return {
    scenarios: manifest.scenarios as ScenarioName[],
    profile: manifest.profile as ProfileName,
    thresholds,
    target,
    migrations: null,
    isolation: {
      source: isolation.source ?? 'public',
      schema: isolation.schema,
      allow: [],
      copy: [],
      clock: isolation.clock,
    },
    yes: true,
    staging:
      target === 'staging' ? configureStaging({ protectedRefs: thresholds.staging.protected_refs }) : null,
    seed: manifest.seed,
    tag: manifest.run,
    broken: null,
    keep,
    replay: true,
    out: '',
    viaGateway: false,
    faults: [],
    k6Outputs: [],
    dashboard: false,
    failFast: false,
    explore: null,
    runners: manifest.load.runners,
  };
}
