import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ExitCode } from '../../contracts/errors.ts';
import { projectRoot } from '../project.ts';
import { beyondExplore, concurrencyVariants } from './concurrency-variants.ts';
import { madeNow, provenance, replaceSection, table } from './document.ts';
import {
  BOUND,
  exploreCorrect,
  exploreVariant,
  type FoundByExplore,
  type TriedCorrect,
} from './explore-variants.ts';

/** Seconds in which explore has to find a variant. */
const MOST_SECONDS = 60;

/**
 * Explores each concurrency variant until its promise breaks, and the correct application to the bound, and writes how
 * they ended into the README, beside how load found them.
 *
 * @returns the exit code: 1 where a variant was missed, or a promise of the correct application broke
 */
export async function proveExplore(): Promise<number> {
  const made = await madeNow();
  const byLoad = await readLoad();
  const rows: string[][] = [];
  let missed = 0;
  for (const { id, expect } of await concurrencyVariants()) {
    const reason = beyondExplore[id];
    const found = reason === undefined ? await exploreVariant(id, expect, MOST_SECONDS) : null;
    if (reason === undefined && found?.finding.promise !== expect) missed += 1;
    const row = [`\`${id}\``, byLoad.get(id) ?? 'not tried', ...cells(found, reason)];
    process.stderr.write(`${row.join('  ')}\n`);
    rows.push(row);
  }
  const correct = await exploreCorrect((name) => process.stderr.write(`correct application: ${name}\n`));
  const head = ['broken variant', 'by load', 'by explore', 'case', 'schedules', 'preemptions', 's'];
  const content = [provenance(made), table(head, rows), sentence(correct)].join('\n\n');
  await replaceSection(path.join(projectRoot, 'README.md'), 'proof: explore', content);
  return missed > 0 || correct.open.length > 0 ? ExitCode.fail : ExitCode.pass;
}

function cells(found: FoundByExplore | null, reason: string | undefined): string[] {
  if (found === null) return [reason ?? 'MISSED', '', '', '', ''];
  const { finding, schedules, seconds } = found;
  return [finding.promise, found.case, String(schedules), String(finding.preemptions), seconds.toFixed(1)];
}

function sentence({ cases, schedules, seconds, open }: TriedCorrect): string {
  const kept = open.length === 0 ? 'every promise kept' : `open: ${open.join(', ')}`;
  return `The correct application, all ${cases} cases of two calls, all up to ${BOUND} preemptions: ${schedules} schedules in ${seconds.toFixed(0)} s, ${kept}.`;
}

/** How load found the variants, from the table of docs/proof.md: the promise and the seconds. */
async function readLoad(): Promise<Map<string, string>> {
  const text = await readFile(path.join(projectRoot, 'docs', 'proof.md'), 'utf8');
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [id, , , promise, result, , seconds] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (id?.startsWith('`') && seconds !== undefined) {
      found.set(id.slice(1, -1), result === 'caught' ? `${promise}, ${seconds} s` : (result ?? ''));
    }
  }
  return found;
}
