import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { compareCapacity } from '../../compare/capacity.ts';
import { compare, usualLimits } from '../../compare/compare.ts';
import { readCapacity } from '../../compare/read-capacity.ts';
import { readSide } from '../../compare/read-side.ts';
import { UsageError } from '../../contracts/errors.ts';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { renderComparison } from '../compare/render.ts';
import { renderCapacityComparison } from '../compare/render-capacity.ts';
import { numberOption, share } from '../number-option.ts';
import { print, wantsColour } from '../terminal.ts';

interface CompareCommandOptions {
  tolerance: string;
  noise: string;
  json?: boolean;
  html?: string;
}

export function addCompare(program: Command): void {
  program
    .command('compare')
    .summary('compare a run with another, or a capacity: verdicts, latencies, rates, statuses, waits')
    .argument('<a>', 'run folder to compare with, the baseline')
    .argument('<b>', 'run folder that is compared')
    .option(
      '--tolerance <share>',
      'how much slower B may be, or how much less it may carry',
      String(usualLimits.tolerance),
    )
    .option(
      '--noise <share>',
      'how much medians of the same thing vary from run to run on this machine',
      '0.06',
    )
    .option('--html <file>', 'write a page with pictures')
    .option('--json', 'print the comparison as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 as good as A, 1 a promise is broken that A kept, 2 bad usage, 99 slower by more than the tolerance

Examples:
  npm run stress -- compare runs/2026-11-22T182209Z-a1b2c3d4 runs/latest
  npm run stress -- compare baseline runs/latest --tolerance 0.2 --html comparison.html`,
    )
    .action(async (a: string, b: string, options: CompareCommandOptions) => {
      const limits = {
        tolerance: numberOption('--tolerance', options.tolerance, share),
        noise: numberOption('--noise', options.noise, share),
      };
      if (await compareCapacities(a, b, options, limits.tolerance)) return;
      const [one, other] = [await readSide(await openRunFolder(a)), await readSide(await openRunFolder(b))];
      const comparison = compare(one, other, limits);
      if (options.html !== undefined) {
        const { renderComparisonPage } = await import('../../report/compare/page.ts');
        await writeFile(options.html, await renderComparisonPage(comparison));
      }
      await print(
        options.json
          ? `${JSON.stringify(comparison, null, 2)}\n`
          : renderComparison(comparison, wantsColour(process.stdout)),
      );
      process.exitCode = comparison.exit_code;
    });
}

/** @returns false when the two are folders of runs */
async function compareCapacities(
  a: string,
  b: string,
  { html, json }: CompareCommandOptions,
  tolerance: number,
): Promise<boolean> {
  const [one, other] = [await readCapacity(a), await readCapacity(b)];
  if (one === null && other === null) return false;
  if (one === null || other === null) {
    throw new UsageError(`${one === null ? a : b}: has no capacity.json, and the other has`, [
      'compare two results of capacity, or two runs',
    ]);
  }
  const comparison = compareCapacity(one, other, { tolerance });
  if (html !== undefined) {
    const { renderCapacityComparisonPage } = await import('../../report/compare/capacity-page.ts');
    await writeFile(html, await renderCapacityComparisonPage(comparison));
  }
  await print(
    json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : renderCapacityComparison(comparison, wantsColour(process.stdout)),
  );
  process.exitCode = comparison.exit_code;
  return true;
}
