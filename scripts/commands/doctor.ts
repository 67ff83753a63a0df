import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode, messageOf, UsageError } from '../../contracts/errors.ts';
import { readThresholds } from '../../contracts/read-thresholds.ts';
import { type Check, checkMachine } from '../../target/checks.ts';
import { checkStaging } from '../../target/staging/doctor/check-staging.ts';
import { handleInterrupts } from '../interrupt.ts';
import { projectRoot } from '../project.ts';
import { paint, print, wantsColour } from '../terminal.ts';

interface DoctorOptions {
  target: string;
  out: string;
  thresholds?: string;
  sourceSchema: string;
  schema: string;
  probe?: boolean;
  json?: boolean;
}

const marks = { ok: '✔', warn: '!', fail: '✖' } as const;
const styles = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** What only the embedded target needs of this machine. */
const localOnly = ['PostgreSQL', 'PostgREST', 'loopback port', 'data folder'];

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('check this machine, the configuration and a hosted project, and say how to fix what is wrong')
    .option(
      '--target <name>',
      'local, or staging: check the hosted project too, without writing to it',
      'local',
    )
    .option('--out <folder>', 'the folder that run folders would go to', 'runs')
    .option('--thresholds <file>', 'another thresholds.json')
    .option('--source-schema <name>', 'staging: the deployed schema', 'public')
    .option('--schema <name>', 'staging: the isolated schema', 'table_stress')
    .option(
      '--probe',
      'staging: measure hidden retries with a function that is made in the isolated schema, and removed',
    )
    .option('--json', 'print the checks as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run stress -- doctor\n  npm run stress -- doctor --target staging',
    )
    .action(async (options: DoctorOptions) => {
      // The probe removes what it makes; an interrupt must not keep it from that.
      const interrupts = options.probe
        ? handleInterrupts(
            () => process.stderr.write('stopping after these checks; once more stops at once\n'),
            () => 'A function table_stress_probe_… may be left in the isolated schema.',
          )
        : null;
      const { checks, exitCode } = await examine(options);
      await print(
        options.json ? `${JSON.stringify(checks, null, 2)}\n` : render(checks, wantsColour(process.stdout)),
      );
      process.exitCode = interrupts?.signal.aborted ? ExitCode.interrupted : exitCode;
      interrupts?.release();
    });
}

async function examine(options: DoctorOptions): Promise<{ checks: Check[]; exitCode: ExitCode }> {
  if (options.target !== 'local' && options.target !== 'staging') {
    throw new UsageError(`--target ${options.target}: unknown`, ['one of: local, staging']);
  }
  const hosted = options.target === 'staging';
  if (options.probe && !hosted) {
    throw new UsageError('--probe: works with --target staging only', ['add --target staging']);
  }
  const machine = await checkMachine({ runsFolder: path.resolve(options.out) });
  const thresholds = checkThresholds(options.thresholds ?? path.join(projectRoot, 'thresholds.json'));
  const checks = [...machine.filter(({ name }) => !hosted || !localOnly.includes(name)), thresholds.check];
  const failed = checks.some((check) => check.status === 'fail');
  const own = failed ? ExitCode.usage : ExitCode.pass;
  if (!hosted) return { checks, exitCode: own };
  if (thresholds.protectedRefs === null) {
    const detail = 'not asked: which projects are protected is unknown';
    const skipped: Check = { name: 'project', status: 'warn', detail, fix: 'correct the thresholds first' };
    return { checks: [...checks, skipped], exitCode: own };
  }
  const staging = await checkStaging({
    source: options.sourceSchema,
    isolated: options.schema,
    probe: options.probe,
    protectedRefs: thresholds.protectedRefs,
  });
  return { checks: [...checks, ...staging.checks], exitCode: failed ? own : staging.exitCode };
}

function checkThresholds(file: string): { check: Check; protectedRefs: readonly string[] | null } {
  const name = 'thresholds';
  try {
    const { staging } = readThresholds(file);
    return { check: { name, status: 'ok', detail: file }, protectedRefs: staging.protected_refs };
  } catch (error) {
    const fix = 'correct that field, or name another file';
    return { check: { name, status: 'fail', detail: messageOf(error), fix }, protectedRefs: null };
  }
}

function render(checks: readonly Check[], colour: boolean): string {
  const width = Math.max(20, ...checks.map(({ name }) => name.length));
  const below = (text: string) => `  ${''.padEnd(width)} ${text}`;
  const lines = checks.flatMap(({ name, status, detail, fix, lines: more = [] }) => [
    `${paint(styles[status], marks[status], colour)} ${name.padEnd(width)} ${detail}`,
    ...more.map((line) => below(`  ${line}`)),
    ...(fix !== undefined && status !== 'ok' ? [below(`→ ${fix}`)] : []),
  ]);
  return `${lines.join('\n')}\n`;
}
