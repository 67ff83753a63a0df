import path from 'node:path';
import {
  BROKEN_TABLE_VERSION,
  type BrokenTable,
  brokenTableSchema,
  type VariantRow,
} from '../../contracts/broken-table.ts';
import { readJson } from '../../contracts/json-file.ts';
import { byCategory } from '../broken/render.ts';
import { projectRoot } from '../project.ts';
import { provenance, replaceSection, table } from './document.ts';

/** Writes what `table-stress broken` found into docs/proof.md, variant by variant, and into the README, by category. */
export async function documentBroken(file: string): Promise<void> {
  const found = await readJson(file, brokenTableSchema, BROKEN_TABLE_VERSION);
  await replaceSection(
    path.join(projectRoot, 'docs', 'proof.md'),
    'proof: broken',
    `${provenance(found)}\n\n${whole(found)}`,
  );
  await replaceSection(path.join(projectRoot, 'README.md'), 'proof: broken', short(found));
}

const words: Readonly<Record<VariantRow['result'], string>> = {
  caught: 'caught',
  'caught-by-another': 'caught by another',
  missed: 'MISSED',
  unknown: 'unknown',
  failed: 'no verdict',
};

function whole(found: BrokenTable): string {
  const rows = found.variants.map((row) => [
    `\`${row.id}\``,
    row.category,
    `${row.scenario}${row.fault === undefined ? '' : ` with ${row.fault}`}`,
    row.expect,
    words[row.result],
    row.failed_by.filter((id) => id !== row.expect).join(', '),
    row.seconds.toFixed(0),
  ]);
  const head = ['variant', 'category', 'scenario', 'expected', 'result', 'broken as well', 's'];
  return `${sentence(found)}\n\n${table(head, rows)}\n\n${falseAlarms(found)}`;
}

function short(found: BrokenTable): string {
  const rows = [...byCategory(found.variants)].map(([category, variants]) => {
    const caught = variants.filter(({ result }) => result === 'caught').length;
    return [category, `${caught} of ${variants.length}`, variants.map(({ id }) => `\`${id}\``).join(', ')];
  });
  return `${table(['defects of', 'caught by the promise expected', 'broken variants'], rows)}\n\n${falseAlarms(found)}`;
}

function sentence({ variants }: BrokenTable): string {
  const caught = variants.filter(({ result }) => result === 'caught').length;
  return `${caught} of ${variants.length} broken variants caught by the promise that was expected, each by one run of the scenario named, with seed ${variants[0]?.seed}, profile quick.`;
}

function falseAlarms({ correct }: BrokenTable): string {
  const count = (result: string): number => correct.filter((row) => row.result === result).length;
  const rest = count('unknown') + count('failed');
  return `The correct application, all scenarios, ${correct.length} seeds: ${count('pass')} passed, ${count('false-alarm')} false alarms${rest > 0 ? `, ${rest} not decided` : ''}.`;
}
