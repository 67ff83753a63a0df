import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { UsageError } from '../../contracts/errors.ts';
import { gitState } from '../project.ts';

/**
 * Replaces a generated section of a Markdown file: what stands between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws UsageError when the file has no such section
 */
export async function replaceSection(file: string, name: string, content: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new UsageError(`${file}: has no section ${begin} … ${end}`);
  const before = text.slice(0, from + begin.length);
  await writeFile(file, `${before}\n\n${content.trim()}\n\n${text.slice(to)}`);
}

/** When, on what and of what a table was made: one sentence. */
export async function provenance(): Promise<string> {
  const { commit, dirty } = await gitState();
  const date = new Date().toISOString().slice(0, 10);
  return `Made by \`npm run proof\` on ${date}, at commit ${(commit ?? 'unknown').slice(0, 10)}${dirty ? ' with local changes' : ''}, on ${availableParallelism()} cores.`;
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
