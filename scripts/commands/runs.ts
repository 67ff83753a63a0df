import type { Command } from 'commander';
import { type ListedRun, listRuns } from '../../report/run-list.ts';
import { paint, print, wantsColour } from '../terminal.ts';

export function addRuns(program: Command): void {
  program
    .command('runs')
    .summary('list the runs of a folder, the newest first')
    .argument('[folder]', 'what `run --out` was given', 'runs')
    .option('--json', 'print the list as JSON')
    .addHelpText(
      'after',
      `
Examples:
  npm run stress -- runs
  npm run --silent stress -- runs --json
  npm run stress -- report --index runs     # a page with all of them`,
    )
    .action(async (folder: string, options: { json?: boolean }) => {
      const runs = await listRuns(folder);
      await print(
        options.json
          ? `${JSON.stringify(runs.map(brief), null, 2)}\n`
          : runs.length === 0
            ? `there is no run in ${folder}\n`
            : runs.map((run) => line(run, wantsColour(process.stdout))).join(''),
      );
    });
}

const styles = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

function line({ name, manifest, verdict }: ListedRun, colour: boolean): string {
  const word = verdict?.verdict ?? 'no verdict';
  const mark = verdict ? paint(styles[verdict.verdict], word.padEnd(10), colour) : word.padEnd(10);
  const what = manifest ? `${manifest.profile}, seed ${manifest.seed}` : 'no manifest';
  const broken = manifest?.broken ? `, broken: ${manifest.broken}` : '';
  return `${name}  ${mark}  ${what}${broken}: ${verdict?.headline ?? 'the run did not come to an end'}\n`;
}

function brief({ name, manifest, verdict }: ListedRun) {
  return {
    name,
    started_at: manifest?.started_at ?? null,
    scenarios: manifest?.scenarios ?? null,
    profile: manifest?.profile ?? null,
    seed: manifest?.seed ?? null,
    target: manifest?.target.description ?? null,
    functions: manifest?.isolation?.fingerprint ?? null,
    verdict: verdict?.verdict ?? null,
    exit_code: verdict?.exit_code ?? null,
    headline: verdict?.headline ?? null,
  };
}
