import path from 'node:path';
import type { Command } from 'commander';
import { startEmbedded } from '../../target/embedded.ts';
import { handleInterrupts } from '../interrupt.ts';
import { projectRoot } from '../project.ts';
import { migrationNotes } from '../run/migration-notes.ts';
import { serveTarget } from '../serve-target.ts';
import { StageReporter } from '../stage-reporter.ts';

export function addTarget(program: Command): void {
  program
    .command('target')
    .summary('start the embedded target and keep it until Ctrl-C')
    .option(
      '--connection <file>',
      'where to write how to reach it (holds keys; readable by you only)',
      'target.json',
    )
    .option('--migrations <folder>', 'your supabase/migrations instead of the reference application')
    .option('--via-gateway', 'load goes through the gateway instead of straight to PostgREST')
    .addHelpText(
      'after',
      `
Example, in two terminals:
  npm run stress -- target --connection target.json
  npm run stress -- run --target target.json`,
    )
    .action(async (options: { connection: string; viaGateway?: boolean; migrations?: string }) => {
      const reporter = new StageReporter();
      const interrupts = handleInterrupts(
        () => reporter.say('stopping the target'),
        () => 'Nothing is left.',
      );
      const target = await reporter.stage(
        'target',
        (progress) =>
          startEmbedded({
            migrations: options.migrations ?? path.join(projectRoot, 'reference', 'migrations'),
            tolerateFailedMigrations: options.migrations !== undefined,
            progress,
            signal: interrupts.signal,
            viaGateway: options.viaGateway ?? false,
          }),
        ({ description }) => description,
      );
      if (options.migrations !== undefined) {
        for (const note of migrationNotes(target)) reporter.say(`  ${note}`);
      }
      const file = path.resolve(options.connection);
      try {
        const until = { lost: target.failure, interrupt: interrupts.signal };
        const failure = await serveTarget(file, target, until, () =>
          reporter.say(`connection file: ${file}; Ctrl-C ends the target`),
        );
        if (failure) throw failure;
      } finally {
        await target.stop();
        interrupts.release();
      }
    });
}
