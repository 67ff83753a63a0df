import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode } from '../../contracts/errors.ts';
import { folderName, RunFolder } from '../../contracts/run-folder.ts';
import type { StatusMatrix } from '../../contracts/status-matrix.ts';
import { applyBroken } from '../../reference/broken.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addCloneOptions, checkIsolation, type IsolationOptions } from '../isolation-options.ts';
import { openDatabase } from '../open-database.ts';
import { checkBroken, freshTag, refuseMigrationsElsewhere } from '../run/request.ts';
import { StageReporter } from '../stage-reporter.ts';
import { findMatrix, type MatrixRequest } from '../status-matrix/find-matrix.ts';
import { renderMatrix } from '../status-matrix/render-matrix.ts';
import { makeMatrixFolder, writeMatrix } from '../status-matrix/write-matrix.ts';
import { print, wantsColour } from '../terminal.ts';

interface StatusMatrixOptions extends Omit<IsolationOptions, 'clock' | 'schema'> {
  target: string;
  migrations?: string;
  broken?: string;
  schema?: string;
  clock: boolean;
  out: string;
  json?: boolean;
}

const exitCodes: Record<StatusMatrix['verdict'], ExitCode> = {
  pass: ExitCode.pass,
  fail: ExitCode.fail,
  unknown: ExitCode.unknown,
};

/** One seed is enough: nothing is left to chance but the capacities of tables. */
const SEED = 1;

export function addStatusMatrix(program: Command): void {
  addCloneOptions(
    program
      .command('status-matrix')
      .summary('try refresh_table_status in every case, and name the variant that is deployed')
      .description(
        'Calls the deployed refresh_table_status in every case and after each previous status, in a transaction that is always rolled back, then again on a clone with a virtual clock, and compares what it stores with the rule.',
      )
      .option('--target <name>', 'local, staging, or the connection file of a running target', 'local')
      .option(
        '--migrations <folder>',
        'for local: your supabase/migrations instead of the reference application',
      )
      .option('--broken <id>', 'damage the local application by a patch of reference/broken first')
      .option('--schema <name>', 'the clone, which is made and removed (default: table_stress_TAG)'),
  )
    .option('--no-clock', 'leave out the clone with the virtual clock')
    .option('--out <folder>', 'where the matrix and its scripts go, in a folder of their own', 'runs')
    .option('--json', 'print the matrix as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 every case agrees with the rule, 1 the rule is broken, 2 bad usage, 3 target failed,
  4 cases were not observed, 130 interrupted

Examples:
  npm run stress -- status-matrix
  npm run stress -- status-matrix --migrations ../app/supabase/migrations
  npm run stress -- status-matrix --target staging --no-clock
  npm run stress -- status-matrix --broken legacy-refresh
  npm run --silent stress -- status-matrix --json > matrix.json`,
    )
    .action(async (options: StatusMatrixOptions) => {
      process.exitCode = await run(options);
    });
}

async function run(options: StatusMatrixOptions): Promise<number> {
  const origin = { tag: freshTag(), seed: SEED, anchor: Date.now() };
  const request = await checkOptions(options, origin.tag);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => `Undo with: npm run stress -- teardown --run ${origin.tag} --target ${request.target}`,
  );
  const { signal } = interrupts;
  const { migrations, broken, out } = request;
  const folder = new RunFolder(path.join(out, `${folderName(origin.anchor, origin.tag)}-status-matrix`));
  const removeIfEmpty = await makeMatrixFolder(folder);
  try {
    const database = await openDatabase(request.target, 'status-matrix', { reporter, signal, migrations });
    try {
      if (broken !== null) await applyBroken(database.sql, broken);
      const matrix = await findMatrix({ database, request, origin, reporter, signal });
      const scripts = await writeMatrix(folder, matrix);
      const view = { matrix, scripts, file: folder.statusMatrix, command: process.argv.slice(2) };
      const text = options.json
        ? `${JSON.stringify(matrix, null, 2)}\n`
        : renderMatrix({ ...view, colour: wantsColour(process.stdout) });
      await print(text);
      return exitCodes[matrix.verdict];
    } finally {
      await database.close();
    }
  } finally {
    await removeIfEmpty();
    interrupts.release();
  }
}

/** @throws UsageError that names the option, its problem and what is allowed */
async function checkOptions(options: StatusMatrixOptions, tag: string): Promise<MatrixRequest> {
  const { target, sourceSchema, allow, copy, clock } = options;
  refuseMigrationsElsewhere(options.migrations, target);
  const request: MatrixRequest = {
    target,
    migrations: options.migrations === undefined ? null : path.resolve(options.migrations),
    broken: options.broken ?? null,
    isolation: checkIsolation({
      sourceSchema,
      schema: options.schema ?? `table_stress_${tag}`,
      allow,
      copy,
      clock: 'virtual',
    }),
    clock,
    out: path.resolve(options.out),
  };
  await checkBroken(request);
  return request;
}
