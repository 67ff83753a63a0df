import { Command, CommanderError } from 'commander';
import { ExitCode, StressError } from '../contracts/errors.ts';
import { isDriversOwn } from '../target/postgres/driver-errors.ts';
import { addAudit } from './commands/audit.ts';
import { addBroken } from './commands/broken.ts';
import { addCapacity } from './commands/capacity.ts';
import { addCollect } from './commands/collect.ts';
import { addCompare } from './commands/compare.ts';
import { addDistribute } from './commands/distribute.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplore } from './commands/explore.ts';
import { addExport } from './commands/export.ts';
import { addForecast } from './commands/forecast.ts';
import { addIsolate } from './commands/isolate.ts';
import { addPrepare } from './commands/prepare.ts';
import { addReplay } from './commands/replay.ts';
import { addReport } from './commands/report.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addScalability } from './commands/scalability.ts';
import { addStatusMatrix } from './commands/status-matrix.ts';
import { addTarget } from './commands/target.ts';
import { addTeardown } from './commands/teardown.ts';
import { addVerify } from './commands/verify.ts';
import { projectVersion } from './project.ts';
import { paint, wantsColour } from './terminal.ts';

function makeProgram(): Command {
  const program = new Command('table-stress')
    .description('Proves or disproves that assign_tables_atomic_v2 keeps its promises under contention.')
    .version(projectVersion)
    .showHelpAfterError('(--help shows what is possible)')
    .addHelpText(
      'after',
      `
Exit codes: 0 pass, 1 a promise is broken, 2 bad usage or configuration, 3 target or tool failed,
  4 unknown, 99 thresholds crossed, 130 interrupted`,
    );
  for (const add of [
    addRun,
    addVerify,
    addReport,
    addRuns,
    addCapacity,
    addCompare,
    addReplay,
    addExport,
    addIsolate,
    addStatusMatrix,
    addExplore,
    addScalability,
    addForecast,
    addTeardown,
    addTarget,
    addPrepare,
    addDistribute,
    addCollect,
    addDoctor,
    addAudit,
    addBroken,
  ])
    add(program);
  // Set on each command: commander does not hand it down.
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}

/** @returns the exit code of an error, after it was shown */
function show(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.pass : ExitCode.usage;
  const mark = paint('red', 'error:', wantsColour(process.stderr));
  if (error instanceof StressError) {
    process.stderr.write(`${mark} ${error.message}\n`);
    for (const fix of error.fixes) process.stderr.write(`  → ${fix}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${mark} unexpected: ${stack}\n  → this is a defect of table-stress\n`);
  return ExitCode.target;
}

// Node would end with exit code 1, which means that a promise is broken, and without teardown.
process.on('uncaughtException', (error) => {
  if (isDriversOwn(error)) return;
  show(error);
  process.stderr.write('  → what a run left: npm run stress -- teardown --all --target TARGET\n');
  process.exit(ExitCode.target);
});

// A terminal that was closed, or a pipe that nobody reads, must not end us before teardown.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// Time-outs of a connection that was cut keep no process alive: Node would end before anybody hears of them.
setInterval(() => {}, 60_000);

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = show(error);
}
// Idle connections must not keep a finished command alive.
process.exit(process.exitCode ?? ExitCode.pass);
