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

interface Made {
  /** UTC, ISO 8601. */
  started_at: string;
  commit: string | null;
  dirty: boolean | null;
  cores: number;
}

/** When, on what and of what a table was made: one sentence. */
export function provenance({ started_at, commit, dirty, cores }: Made): string {
  return `Made by \`npm run proof\` on ${started_at.slice(0, 10)}, at commit ${(commit ?? 'unknown').slice(0, 10)}${dirty ? ' with local changes' : ''}, on ${cores} cores.`;
}

/** What is made now, of the work tree as it is. */
export async function madeNow(): Promise<Made> {
  return { started_at: new Date().toISOString(), cores: availableParallelism(), ...(await gitState()) };
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
