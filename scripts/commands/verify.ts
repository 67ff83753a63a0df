import type { Command } from 'commander';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { diagnoseRun } from '../../diagnose/diagnose.ts';
import { readRepro } from '../../replay/repro-files.ts';
import { verifyRun } from '../../verify/verify.ts';
import { renderSummary } from '../summary.ts';
import { print, wantsColour } from '../terminal.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('judge and explain a run again, from its folder alone')
    .argument('<folder>', 'run folder, for instance runs/latest')
    .option('--json', 'print the verdict as JSON')
    .addHelpText('after', '\nExample:\n  npm run stress -- verify runs/latest')
    .action(async (path: string, options: { json?: boolean }) => {
      const folder = await openRunFolder(path);
      const verdict = await verifyRun(folder);
      const diagnosis = await diagnoseRun(folder).catch(() => null);
      await print(
        options.json
          ? `${JSON.stringify(verdict, null, 2)}\n`
          : renderSummary(
              verdict,
              { diagnosis, repro: await readRepro(folder) },
              folder,
              wantsColour(process.stdout),
            ),
      );
      process.exitCode = verdict.exit_code;
    });
}
