import type { Verdict } from '../contracts/verdict.ts';

/** A summary longer than that is cut by GitHub in the list of annotations. */
const LONGEST = 400;

/**
 * Workflow commands that GitHub Actions shows at the run and the pull request: an error for each broken promise, a
 * warning for each that is unknown (GitHub docs, "Workflow commands").
 *
 * @param report where the report is, for people
 */
export function annotations(verdict: Verdict, report: string): string {
  const lines = verdict.invariants.flatMap(({ id, verdict: value, summary }) => {
    if (value === 'pass') return [];
    const kind = value === 'fail' ? 'error' : 'warning';
    const words = value === 'fail' ? 'is broken' : 'is unknown';
    return [command(kind, `table-stress: ${id} ${words}`, `${summary.slice(0, LONGEST)} (see ${report})`)];
  });
  for (const crossed of verdict.thresholds_crossed)
    lines.push(command('error', 'table-stress: threshold crossed', crossed));
  if (lines.length === 0 && verdict.exit_code !== 0)
    lines.push(command('error', 'table-stress: no verdict', verdict.headline));
  return lines.map((line) => `${line}\n`).join('');
}

function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
