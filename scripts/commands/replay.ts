import type { Command } from 'commander';
import { ExitCode, InterruptedError } from '../../contracts/errors.ts';
import type { Replayed } from '../../replay/replay.ts';
import { writeRepro } from '../../replay/repro-files.ts';
import { handleInterrupts } from '../interrupt.ts';
import { refuseOtherFunctions } from '../replay/choose-source.ts';
import { describeCopy, openCopy } from '../replay/open-copy.ts';
import { renderReplay } from '../replay/render-replay.ts';
import { describeReplayed, placeOf, replayEach } from '../replay/replay-each.ts';
import { checkReplay, type ReplayOptions, type ReplayRequest } from '../replay/request.ts';
import { refuseLeakedSecrets } from '../run/scan-secrets.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print, wantsColour } from '../terminal.ts';

export function addReplay(program: Command): void {
  const collect = (value: string, before: string[]): string[] => [...before, value];
  program
    .command('replay')
    .summary('provoke the violations of a run again, a few calls each, on a fresh copy')
    .description(
      'Plays the calls of each violation of a run again, as two or three sessions, on a fresh embedded copy of the application, and judges them as the run was judged. Writes repro.json and a script of SQL for each into the run folder.',
    )
    .argument('<folder>', 'run folder, for instance runs/latest')
    .option('--violation <number>', 'this one only (default: all that verdict.json keeps)')
    .option('--tries <number>', 'so many tries of each at most', '100')
    .option('--seconds <number>', 'so long for each at most', '5')
    .option('--migrations <folder>', 'the application, where the run tested one of your own')
    .option(
      '--allow <object>',
      'accept what is left over in this object, as for run (repeatable)',
      collect,
      [],
    )
    .option('--copy <table>', 'copy the rows of this small table too, as for run (repeatable)', collect, [])
    .option('--json', 'print repro.json')
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing was reproduced, 1 a promise was broken again, 2 bad usage, 3 target failed,
  4 nothing could be tried, 130 interrupted

Examples:
  npm run stress -- replay runs/latest
  npm run stress -- replay runs/latest --violation 3
  npm run stress -- replay runs/latest --violation 3 --tries 1000 --seconds 60
  npm run stress -- replay runs/latest --migrations ../app/supabase/migrations`,
    )
    .action(async (root: string, options: ReplayOptions) => {
      process.exitCode = await replay(await checkReplay(root, options), options);
    });
}

async function replay(request: ReplayRequest, options: ReplayOptions): Promise<number> {
  const { folder, run, violations } = request;
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    (line) => reporter.say(line),
    () => 'The embedded target ends by itself; nothing is left.',
  );
  const { signal } = interrupts;
  try {
    const open = await reporter.stage(
      'copy',
      (progress) =>
        openCopy(run.manifest, {
          migrations: request.migrations,
          allow: options.allow,
          copyRows: options.copy,
          progress,
          signal,
        }),
      ({ copy }) => `schema ${copy.schema}${copy.broken === null ? '' : `, broken: ${copy.broken}`}`,
    );
    try {
      refuseOtherFunctions(run.manifest, open.copy.fingerprint, request.migrations);
      const replayed = await reporter.stage(
        'replay',
        (progress) =>
          replayEach(open.copy, run, request.wanted, {
            folder,
            patience: () => request.patience,
            progress,
            signal,
          }),
        describeReplayed,
      );
      const copy = describeCopy(open.copy, run.manifest);
      const repro = await writeRepro(folder, run.manifest.run, copy, violations, replayed);
      await refuseLeakedSecrets(folder, open.secrets);
      const view = {
        repro,
        replayed,
        all: request.wanted.length === violations.length,
        folder: placeOf(folder),
      };
      await print(
        options.json
          ? `${JSON.stringify(repro, null, 2)}\n`
          : renderReplay(view, wantsColour(process.stdout)),
      );
      return signal.aborted ? ExitCode.interrupted : exitCodeOf(replayed);
    } finally {
      await open.close();
    }
  } catch (error) {
    throw signal.aborted ? new InterruptedError() : error;
  } finally {
    interrupts.release();
  }
}

function exitCodeOf(replayed: readonly Replayed[]): number {
  if (replayed.some(({ repro }) => repro.result === 'reproduced')) return ExitCode.fail;
  return replayed.some(({ repro }) => repro.result === 'not reproduced') ? ExitCode.pass : ExitCode.unknown;
}
