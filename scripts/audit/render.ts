import type { AuditResult, CheckResult, CheckVerdict, Evidence } from '../../contracts/audit-result.ts';
import { paint } from '../terminal.ts';

const marks: Record<CheckVerdict, string> = {
  ok: '✔ ok',
  finding: '✖ finding',
  'not possible': '? not possible',
};
const styles: Record<CheckVerdict, 'green' | 'red' | 'yellow'> = {
  ok: 'green',
  finding: 'red',
  'not possible': 'yellow',
};
const WIDTH = 110;
/** So many notes and so many places that were not seen are shown; JSON has all. */
const SHOWN = 5;

/** The result for people: a table of the checks on one screen, then what was found, with rows, query and next step. */
export function renderAudit(result: AuditResult, colour: boolean): string {
  const { checks, verdict, headline, hint } = result;
  const label = paint(['bold', styles[verdict]], verdict.toUpperCase(), colour);
  const ids = Math.max(...checks.map(({ id }) => id.length));
  const lines = [
    '',
    ...frame(result),
    '',
    `${label}  ${headline}`,
    '',
    ...checks.map((check) => {
      const mark = paint(styles[check.verdict], marks[check.verdict].padEnd(14), colour);
      return `  ${mark} ${check.id.padEnd(ids)}  ${clip(check.summary)}`;
    }),
    ...(hint === null ? [] : ['', ...wrap(`hint: ${hint}`, '  ')]),
    ...checks.flatMap((check) => section(check, colour)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function frame({ schema, target, database, at, at_is_now, read_only }: AuditResult): string[] {
  const lag = database.lag_seconds === null ? '' : `, ${Math.round(database.lag_seconds)} s behind`;
  const replica = database.replica ? `, a replica${lag}` : '';
  const when = at_is_now ? at : `${at} (--at)`;
  return [
    `schema ${schema} of ${target}`,
    `PostgreSQL ${database.server_version}${replica}, as ${database.role}, at ${when}`,
    `${read_only.transactions} read-only transactions, none of which wrote`,
  ];
}

/** What was found, or why a check is not possible. A check that is ok is shown where something beside it is worth it. */
function section(check: CheckResult, colour: boolean): string[] {
  const { id, severity, sentence, verdict, reasons, notes, not_seen, query, next } = check;
  const unseen = verdict === 'not possible' && reasons.length === 0 && not_seen.length === 1 ? [] : not_seen;
  if (verdict === 'ok' && notes.length + unseen.length === 0) return [];
  const title = `${paint(['bold', styles[verdict]], id, colour)} (${severity}): ${sentence}`;
  return [
    '',
    title,
    ...(verdict === 'not possible' ? wrap(check.summary, '  ') : []),
    ...reasons.flatMap(({ reason, says, count }) => wrap(`${count} × ${reason}: ${says}`, '  ')),
    ...check.rows.flatMap((row) => renderRow(row)),
    ...more(check),
    ...some('note', notes),
    ...some('not seen', unseen),
    ...(verdict !== 'finding' || query === null
      ? []
      : ['  the same rows, in psql:', ...query.split('\n').map((line) => `    ${line}`)]),
    ...next.flatMap((each) => wrap(`→ ${each}`, '  ')),
  ];
}

function renderRow(row: Evidence): string[] {
  const { reason, ...rest } = row;
  const cells = Object.entries(rest).flatMap(([name, value]) =>
    value === null || value === ''
      ? []
      : [`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`],
  );
  return fill([`· ${String(reason)}`, ...cells], '  ', '    ', '  ');
}

function more({ rows, reasons }: CheckResult): string[] {
  const all = reasons.reduce((sum, { count }) => sum + count, 0);
  return rows.length < all ? [`  … ${all - rows.length} more: --limit, or the query below`] : [];
}

function some(label: string, sentences: readonly string[]): string[] {
  const rest = sentences.length - SHOWN;
  return [
    ...sentences.slice(0, SHOWN).flatMap((each) => wrap(`${label}: ${each}`, '  ')),
    ...(rest > 0 ? [`  ${label}: … and ${rest} more, see --json`] : []),
  ];
}

function wrap(text: string, indent: string): string[] {
  return fill(text.split(' '), indent, `${indent}  `, ' ');
}

/** Pieces on lines that are not much longer than the width; none is cut. */
function fill(pieces: readonly string[], first: string, following: string, separator: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const piece of pieces) {
    if (!empty && line.length + separator.length + piece.length > WIDTH) {
      lines.push(line);
      line = following;
      empty = true;
    }
    line += empty ? piece : separator + piece;
    empty = false;
  }
  return [...lines, line];
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
