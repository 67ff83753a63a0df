import { Command, CommanderError } from 'commander';
import { ExitCode, StressError } from '../contracts/errors.ts';
import { isDriversOwn } from '../target/postgres/driver-errors.ts';
import { projectVersion } from './project.ts';
import { paint, wantsColour } from './terminal.ts';

/** Each command, in the order of the help. What one needs takes a second to load, so only what is asked for is. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  run: async () => (await import('./commands/run.ts')).addRun,
  verify: async () => (await import('./commands/verify.ts')).addVerify,
  report: async () => (await import('./commands/report.ts')).addReport,
  runs: async () => (await import('./commands/runs.ts')).addRuns,
  capacity: async () => (await import('./commands/capacity.ts')).addCapacity,
  compare: async () => (await import('./commands/compare.ts')).addCompare,
  replay: async () => (await import('./commands/replay.ts')).addReplay,
  export: async () => (await import('./commands/export.ts')).addExport,
  isolate: async () => (await import('./commands/isolate.ts')).addIsolate,
  'status-matrix': async () => (await import('./commands/status-matrix.ts')).addStatusMatrix,
  explore: async () => (await import('./commands/explore.ts')).addExplore,
  scalability: async () => (await import('./commands/scalability.ts')).addScalability,
  forecast: async () => (await import('./commands/forecast.ts')).addForecast,
  teardown: async () => (await import('./commands/teardown.ts')).addTeardown,
  target: async () => (await import('./commands/target.ts')).addTarget,
  prepare: async () => (await import('./commands/prepare.ts')).addPrepare,
  distribute: async () => (await import('./commands/distribute.ts')).addDistribute,
  collect: async () => (await import('./commands/collect.ts')).addCollect,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  audit: async () => (await import('./commands/audit.ts')).addAudit,
  broken: async () => (await import('./commands/broken.ts')).addBroken,
};

async function makeProgram(asked = ''): Promise<Command> {
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
  const one = Object.hasOwn(commands, asked) ? commands[asked] : undefined;
  const loaded = await Promise.all((one ? [one] : Object.values(commands)).map((load) => load()));
  for (const add of loaded) add(program);
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
  const program = await makeProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = show(error);
}
// Idle connections must not keep a finished command alive.
process.exit(process.exitCode ?? ExitCode.pass);
