import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode, UsageError } from '../../contracts/errors.ts';
import { isolate } from '../../isolate/isolate.ts';
import { handleInterrupts } from '../interrupt.ts';
import { addIsolationOptions, checkIsolation, type IsolationOptions } from '../isolation-options.ts';
import { openDatabase } from '../open-database.ts';
import { renderFindings } from '../render-findings.ts';
import { dropSchema } from '../run/remove-isolation.ts';
import { refuseMigrationsElsewhere } from '../run/request.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print } from '../terminal.ts';

interface IsolateCommandOptions extends IsolationOptions {
  target: string;
  migrations?: string;
  drop?: boolean;
  json?: boolean;
}

export function addIsolate(program: Command): void {
  addIsolationOptions(
    program
      .command('isolate')
      .summary('make the isolated schema from the deployed one, or remove it')
      .description(
        'Clones the deployed schema, proves the clone object by object, and exposes it. A run does this by itself and removes it afterwards; a schema that this command makes stays until --drop.',
      ),
  )
    .option(
      '--target <name>',
      'local (tries it out and keeps nothing), staging, or a connection file',
      'local',
    )
    .option(
      '--migrations <folder>',
      'for local: your supabase/migrations instead of the reference application',
    )
    .option('--drop', 'remove the schema and its role, and put back what was exposed before')
    .option('--json', 'print what was made as JSON')
    .addHelpText(
      'after',
      `
Examples:
  npm run stress -- isolate --migrations ../app/supabase/migrations
  npm run stress -- isolate --target staging
  npm run stress -- isolate --drop --target staging`,
    )
    .action(async (options: IsolateCommandOptions) => {
      process.exitCode = await run(options);
    });
}

async function run(options: IsolateCommandOptions): Promise<number> {
  const request = checkIsolation(options);
  refuseMigrationsElsewhere(options.migrations, options.target);
  if (options.drop && options.target === 'local') {
    throw new UsageError('isolate --drop: an embedded target keeps nothing that could be removed', [
      'name the target: --target staging, or --target FILE',
    ]);
  }
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => `Undo with: npm run stress -- isolate --drop --schema ${request.schema} --target ${options.target}`,
  );
  const { signal } = interrupts;
  const migrations = options.migrations === undefined ? null : path.resolve(options.migrations);
  const database = await openDatabase(options.target, 'isolate', { reporter, signal, migrations });
  try {
    const { sql, target } = database;
    if (options.drop) {
      const removal = await reporter.stage(
        'isolate --drop',
        () => dropSchema(sql, target, request.schema),
        ({ removed, stays, problems }) => (removed ? 'nothing is left' : [stays, ...problems].join('; ')),
        ({ removed }) => removed,
      );
      if (options.json) await print(`${JSON.stringify(removal, null, 2)}\n`);
      return removal.removed ? ExitCode.pass : ExitCode.target;
    }
    const { isolation } = await reporter.stage(
      'isolate',
      (progress) =>
        isolate({
          ...request,
          sql,
          api: target,
          project: target.project,
          purpose: 'standing',
          run: null,
          progress,
          signal,
        }),
      ({ isolation: made }) => `schema ${made.schema}, a clone of ${made.source}`,
    );
    await print(options.json ? `${JSON.stringify(isolation, null, 2)}\n` : renderFindings(isolation));
    if (options.target === 'local')
      reporter.say('tried out: the embedded target ends, and the clone with it');
    return ExitCode.pass;
  } finally {
    await database.close();
    interrupts.release();
  }
}
