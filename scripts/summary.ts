import path from 'node:path';
import { causes, type Diagnosis } from '../contracts/diagnosis.ts';
import { keptViolations } from '../contracts/kept-violations.ts';
import { type Repro, reproOf, reproResults, resultInWords, type ViolationRepro } from '../contracts/repro.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import type { Verdict, VerdictValue } from '../contracts/verdict.ts';
import { paint } from './terminal.ts';

const marks: Record<VerdictValue, string> = { pass: '✔ pass', fail: '✖ FAIL', unknown: '? unknown' };
const styles: Record<VerdictValue, 'green' | 'red' | 'yellow'> = {
  pass: 'green',
  fail: 'red',
  unknown: 'yellow',
};

/** More are in the report. */
const MOST_CAUSES = 3;

/** The result on one screen: verdict, promises, calls, and where to read on. */
export function renderSummary(
  verdict: Verdict,
  { diagnosis, repro }: { diagnosis: Diagnosis | null; repro: Repro | null },
  folder: RunFolder,
  colour: boolean,
): string {
  const lines: string[] = [''];
  const label = verdict.verdict.toUpperCase();
  lines.push(`${paint(['bold', styles[verdict.verdict]], label, colour)}  ${verdict.headline}`, '');
  for (const { id, verdict: value, summary, violation_count } of verdict.invariants) {
    const mark = paint(styles[value], marks[value].padEnd(10), colour);
    const count = violation_count > 1 ? ` (${violation_count} violations)` : '';
    lines.push(`  ${mark} ${id.padEnd(20)} ${clip(summary, 100)}${count}`);
  }
  if (verdict.not_covered.length > 0) {
    lines.push(`  not covered by these scenarios: ${verdict.not_covered.join(', ')}`);
  }
  const classes = Object.entries(verdict.operations.by_class).map(([name, count]) => `${count} ${name}`);
  lines.push('', `  ${verdict.operations.total} calls${classes.length > 0 ? `: ${classes.join(', ')}` : ''}`);
  for (const { scenario, sentence } of verdict.measurements) {
    lines.push(`  ${scenario}: ${clip(sentence, 200)}`);
  }
  if (verdict.explored) lines.push(`  explore: ${clip(verdict.explored.summary, 200)}`);
  for (const { cause, sentence } of diagnosis?.findings.slice(0, MOST_CAUSES) ?? []) {
    lines.push(`  why: ${causes[cause]}: ${clip(sentence, 200)}`);
  }
  for (const warning of verdict.warnings) lines.push(paint('yellow', `  ! ${clip(warning, 160)}`, colour));
  for (const next of verdict.next) lines.push(`  → ${next}`);
  lines.push(...renderRepro(verdict, folder, repro));
  lines.push(`  report: ${path.relative(process.cwd(), folder.reportHtml)}`, '');
  return lines.join('\n');
}

/** One line for each broken promise: whether one of its violations could be provoked again, and the script that does it. */
function renderRepro(verdict: Verdict, folder: RunFolder, repro: Repro | null): string[] {
  const entries = keptViolations(verdict).flatMap(
    ({ number, violation }) => reproOf(repro, number, violation.title) ?? [],
  );
  const place = path.relative(process.cwd(), folder.root);
  return [...new Set(entries.map(({ invariant }) => invariant))].flatMap((id) => {
    const [best] = entries.filter(({ invariant }) => invariant === id).sort((a, b) => rank(a) - rank(b));
    if (!best) return [];
    const script = best.script === null ? '' : `, ${place}/${best.script}`;
    return [`  violation ${best.number}, ${id}: ${clip(resultInWords(best), 100)}${script}`];
  });
}

const rank = ({ result }: ViolationRepro): number => reproResults.indexOf(result);

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
