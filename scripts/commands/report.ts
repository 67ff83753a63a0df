import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../contracts/errors.ts';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { writeReports } from '../../report/report.ts';
import { listRuns } from '../../report/run-list.ts';
import { print } from '../terminal.ts';

export function addReport(program: Command): void {
  program
    .command('report')
    .summary('write report.html, report.md and junit.xml of a run again, from its folder alone')
    .argument('[folder]', 'run folder, for instance runs/latest')
    .option('--index <runs>', 'write index.html for all runs of a folder, for instance runs')
    .addHelpText(
      'after',
      `
Examples:
  npm run stress -- report runs/latest
  npm run stress -- report --index runs`,
    )
    .action(async (folder: string | undefined, options: { index?: string }) => {
      if (folder === undefined && options.index === undefined) {
        throw new UsageError('report: needs a run folder', ['npm run stress -- report runs/latest']);
      }
      if (folder !== undefined) await reportOn(folder);
      if (options.index !== undefined) await writeIndex(options.index);
    });
}

async function reportOn(root: string): Promise<void> {
  const folder = await openRunFolder(root);
  await writeReports(folder);
  await print(`${folder.reportHtml}\n${folder.reportMarkdown}\n${folder.junit}\n`);
}

async function writeIndex(parent: string): Promise<void> {
  const runs = await listRuns(parent);
  const { renderIndex } = await import('../../report/html/index-page.ts');
  const file = path.join(path.resolve(parent), 'index.html');
  await writeFile(file, await renderIndex(runs));
  await print(`${file}\n`);
}
