import path from 'node:path';
import type { Command } from 'commander';
import { ExitCode, messageOf } from '../../contracts/errors.ts';
import { readThresholds } from '../../contracts/read-thresholds.ts';
import { type Check, checkMachine } from '../../target/checks.ts';
import { projectRoot } from '../project.ts';
import { paint, print, wantsColour } from '../terminal.ts';

const marks = { ok: '✔', warn: '!', fail: '✖' } as const;
const styles = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('check this machine and the configuration, and say how to fix what is wrong')
    .option('--out <folder>', 'the folder that run folders would go to', 'runs')
    .option('--thresholds <file>', 'another thresholds.json')
    .option('--json', 'print the checks as JSON')
    .addHelpText('after', '\nExample:\n  npm run stress -- doctor')
    .action(async (options: { out: string; thresholds?: string; json?: boolean }) => {
      const checks = await checkMachine({ runsFolder: path.resolve(options.out) });
      checks.push(checkThresholds(options.thresholds ?? path.join(projectRoot, 'thresholds.json')));
      await print(
        options.json ? `${JSON.stringify(checks, null, 2)}\n` : render(checks, wantsColour(process.stdout)),
      );
      process.exitCode = checks.some((check) => check.status === 'fail') ? ExitCode.usage : ExitCode.pass;
    });
}

function checkThresholds(file: string): Check {
  const name = 'thresholds';
  try {
    readThresholds(file);
    return { name, status: 'ok', detail: file };
  } catch (error) {
    return {
      name,
      status: 'fail',
      detail: messageOf(error),
      fix: 'correct that field, or name another file',
    };
  }
}

function render(checks: readonly Check[], colour: boolean): string {
  const lines = checks.flatMap(({ name, status, detail, fix }) => [
    `${paint(styles[status], marks[status], colour)} ${name.padEnd(20)} ${detail}`,
    ...(fix !== undefined && status !== 'ok' ? [`  ${''.padEnd(20)} → ${fix}`] : []),
  ]);
  return `${lines.join('\n')}\n`;
}
