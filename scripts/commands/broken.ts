import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { writeJson } from '../../contracts/json-file.ts';
import { exitCodeOf, renderRow, renderTable } from '../broken/render.ts';
import { type BrokenOptions, checkBrokenRequest } from '../broken/request.ts';
import { runAll } from '../broken/run-all.ts';
import { handleInterrupts } from '../interrupt.ts';
import { print, wantsColour } from '../terminal.ts';

export function addBroken(program: Command): void {
  program
    .command('broken')
    .summary('check the verifier: each broken variant must be caught, the correct application must pass')
    .description(
      'Runs every broken variant of the reference application on embedded targets of its own, each with the one scenario that has to show its defect, then the correct application with many seeds.',
    )
    .argument('[variant...]', 'ids, see docs/broken-variants.md (default: all)')
    .option('--seed <number>', "seed of the variants' runs", '3')
    .option(
      '--correct <runs>',
      'runs of the correct application (default: 30, or none where variants are named)',
    )
    .option(
      '--jobs <count>',
      'runs side by side; what is not caught so is run again alone',
      String(Math.max(1, Math.floor(availableParallelism() / 2))),
    )
    .option('--out <folder>', 'where run folders go that did not end as they should', 'runs/broken')
    .option('--keep', 'keep the folders of all runs')
    .option('--json', 'print the table as JSON')
    .option('--json-file <file>', 'write the table as JSON, too')
    .addHelpText(
      'after',
      `
Exit codes: 0 all caught and no false alarm, 1 a miss, a catch by another promise, or a false alarm,
  2 bad usage, 4 something could not be decided, 130 interrupted

Examples:
  npm run stress -- broken no-lock-no-constraint hold-ignored
  npm run stress -- broken --correct 0
  npm run stress -- broken --jobs 4 --json-file broken.json`,
    )
    .action(async (ids: string[], options: BrokenOptions) => {
      process.exitCode = await run(ids, options);
    });
}

async function run(ids: string[], options: BrokenOptions): Promise<number> {
  const request = await checkBrokenRequest(ids, options);
  const colour = wantsColour(process.stderr);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const interrupts = handleInterrupts(say, () => 'npm run stress -- teardown --all removes what is left');
  say(
    `${request.variants.length} broken variants, ${request.correctSeeds.length} runs of the correct application, ${request.jobs} at a time`,
  );
  try {
    const table = await runAll(
      request,
      (row, done, planned) => say(`${renderRow(row, colour)}  (${done} of ${planned})`),
      interrupts.signal,
    );
    if (options.jsonFile !== undefined) await writeJson(options.jsonFile, table);
    await print(
      options.json ? `${JSON.stringify(table, null, 2)}\n` : renderTable(table, wantsColour(process.stdout)),
    );
    return exitCodeOf(table);
  } finally {
    interrupts.release();
  }
}
