import type { BrokenTable, CorrectRow, VariantRow } from '../../contracts/broken-table.ts';
import { ExitCode } from '../../contracts/errors.ts';
import { paint } from '../terminal.ts';

/** One line for a run that ended. */
export function renderRow(row: VariantRow | CorrectRow, colour: boolean): string {
  const name = 'id' in row ? row.id : `correct application, seed ${row.seed}`;
  const good = row.result === 'caught' || row.result === 'pass';
  const mark = good ? paint('green', '✔', colour) : paint('red', '✘', colour);
  return `${mark} ${name.padEnd(32)} ${explain(row)}  ${row.seconds.toFixed(1)} s`;
}

function explain(row: VariantRow | CorrectRow): string {
  const by = row.failed_by.join(', ');
  switch (row.result) {
    case 'caught':
      return `caught by ${'expect' in row ? row.expect : by}`;
    case 'caught-by-another':
      return `caught by ${by}, not by ${'expect' in row ? row.expect : 'what was expected'}`;
    case 'false-alarm':
      return `FALSE ALARM: ${by}`;
    case 'missed':
      return 'MISSED';
    case 'pass':
      return 'pass';
    case 'unknown':
      return 'unknown';
    case 'failed':
      return 'came to no verdict';
  }
}

/** The table by category, and what did not go as it should. */
export function renderTable(table: BrokenTable, colour: boolean): string {
  const { variants, correct } = table;
  const lines = [''];
  for (const [category, rows] of byCategory(variants)) {
    const caught = rows.filter(({ result }) => result === 'caught').length;
    lines.push(`  ${category.padEnd(18)} ${caught} of ${rows.length} caught`);
  }
  for (const row of [...variants, ...correct]) {
    if (row.result !== 'caught' && row.result !== 'pass') lines.push(`  ${renderRow(row, colour)}`);
  }
  const caught = variants.filter(({ result }) => result === 'caught').length;
  const alarms = correct.filter(({ result }) => result === 'false-alarm').length;
  lines.push('');
  if (variants.length > 0)
    lines.push(`${caught} of ${variants.length} broken variants caught by the promise expected`);
  if (correct.length > 0)
    lines.push(`${alarms} false alarms in ${correct.length} runs of the correct application`);
  if (table.left > 0) lines.push(`${table.left} runs were not made`);
  return `${lines.join('\n')}\n`;
}

/** Rows by category, in the order of their first rows. */
export function byCategory(rows: readonly VariantRow[]): Map<string, VariantRow[]> {
  const groups = new Map<string, VariantRow[]>();
  for (const row of rows) groups.set(row.category, [...(groups.get(row.category) ?? []), row]);
  return groups;
}

/** A miss or a false alarm is a defect of the verifier; what could not be decided is unknown. */
export function exitCodeOf({ variants, correct, left }: BrokenTable): number {
  if (left > 0) return ExitCode.interrupted;
  const results = [...variants, ...correct].map(({ result }) => result);
  if (results.some((each) => each === 'missed' || each === 'caught-by-another' || each === 'false-alarm'))
    return ExitCode.fail;
  return results.some((each) => each === 'unknown' || each === 'failed') ? ExitCode.unknown : ExitCode.pass;
}
