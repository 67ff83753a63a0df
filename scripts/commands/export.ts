import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import { openRunFolder } from '../../contracts/run-folder.ts';
import { type ExportFormat, exportFormats, exportHistory } from '../../export/export.ts';
import { print } from '../terminal.ts';

export function addExport(program: Command): void {
  program
    .command('export')
    .summary("write the history of a run in another checker's format")
    .argument('<folder>', 'run folder, for instance runs/latest')
    .requiredOption('--format <name>', exportFormats.join(' or '))
    .option('--output <file>', 'write to this file, not to standard output')
    .addHelpText(
      'after',
      `
Examples:
  npm run --silent stress -- export runs/latest --format jepsen > history.edn
  npm run stress -- export runs/latest --format porcupine-json --output history.json`,
    )
    .action(async (path: string, options: { format: string; output?: string }) => {
      const format = formatOf(options.format);
      const lines = await exportHistory(await openRunFolder(path), format);
      if (options.output === undefined) {
        for (const chunk of chunksOf(lines)) await print(chunk);
        return;
      }
      try {
        await pipeline(Readable.from(chunksOf(lines)), createWriteStream(options.output));
      } catch (error) {
        throw new UsageError(`--output ${options.output}: cannot be written (${messageOf(error)})`, [
          'name a file in a folder that exists',
        ]);
      }
      await print(`${options.output}\n`);
    });
}

function formatOf(name: string): ExportFormat {
  const format = exportFormats.find((known) => known === name);
  if (format) return format;
  throw new UsageError(`--format ${name}: unknown`, [`use ${exportFormats.join(' or ')}`]);
}

/** A write for each line would take most of the time. */
function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < 100_000) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
