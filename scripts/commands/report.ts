import type { Command } from 'commander';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { writeReports } from '../../report/report.ts';
import { print } from '../terminal.ts';

export function addReport(program: Command): void {
  program
    .command('report')
    .summary('write report.html, report.md and junit.xml of a run again, from its folder alone')
    .argument('<folder>', 'run folder, for instance runs/latest')
    .addHelpText('after', '\nExample:\n  npm run stress -- report runs/latest')
    .action(async (path: string) => {
      const folder = await openRunFolder(path);
      await writeReports(folder);
      await print(`${folder.reportHtml}\n${folder.reportMarkdown}\n${folder.junit}\n`);
    });
}
