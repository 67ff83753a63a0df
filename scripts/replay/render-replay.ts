import { type Repro, type ReproResult, resultInWords, type ViolationRepro } from '../../contracts/repro.ts';
import type { Replayed } from '../../replay/replay.ts';
import { processOf, type Step } from '../../replay/sessions.ts';
import { answer, request } from '../../verify/explain.ts';
import { paint } from '../terminal.ts';

const styles: Record<ReproResult, 'red' | 'green' | 'yellow'> = {
  reproduced: 'red',
  'not reproduced': 'green',
  'not tried': 'yellow',
};

/** What a replay has to show. */
export interface ReplayView {
  repro: Repro;
  /** What was replayed now. */
  replayed: readonly Replayed[];
  /** Whether all violations were asked for. */
  all: boolean;
  /** The run folder, as the user may name it. */
  folder: string;
}

/** All violations with their numbers, the calls of those that were replayed, and what came of it. */
export function renderReplay({ repro, replayed, all, folder }: ReplayView, colour: boolean): string {
  // Of all, one of each promise: forty tables would bury the list.
  const shown = all ? firstOfEach(replayed.filter(({ steps }) => steps.length > 0)) : replayed;
  return [
    '',
    ...repro.violations.map((violation) => listed(violation, colour)),
    '',
    ...shown.map((one) => renderReplayed(one, folder, colour)),
    `  → put it into the report: npm run stress -- report ${folder}`,
    '',
  ].join('\n');
}

function firstOfEach(replayed: readonly Replayed[]): Replayed[] {
  const first = new Map<string, Replayed>();
  for (const one of replayed) if (!first.has(one.repro.invariant)) first.set(one.repro.invariant, one);
  return [...first.values()];
}

function listed(violation: ViolationRepro, colour: boolean): string {
  const result = paint(styles[violation.result], clip(resultInWords(violation), 90), colour);
  return `${String(violation.number).padStart(4)}  ${violation.invariant}: ${clip(violation.title, 110)}\n      ${result}`;
}

/** The calls of a violation's sessions as a table, and what came of trying them. */
function renderReplayed({ repro, steps, operations }: Replayed, folder: string, colour: boolean): string {
  const { number, invariant, title, found, script, earlier_calls } = repro;
  const lines = [`violation ${number}, ${invariant}: ${title}`, ''];
  if (steps.length > 0) {
    lines.push(
      ...table(
        ['step', 'in the run, ms', 'alongside', 'call', 'in the run', 'here'],
        rowsOf(steps, operations),
      ),
      '',
    );
  }
  if (earlier_calls > 0)
    lines.push(`  after ${earlier_calls} earlier ${earlier_calls === 1 ? 'call' : 'calls'}, see the script`);
  lines.push(`  ${paint(styles[repro.result], resultInWords(repro), colour)}`);
  if (found !== null) lines.push(`  found: ${found}`);
  if (script !== null) lines.push(`  script: ${folder}/${script}`);
  return `${lines.join('\n')}\n`;
}

function rowsOf(steps: readonly Step[], operations: Replayed['operations']): string[][] {
  const zero = Math.min(...steps.map(({ operation }) => operation.t0));
  const at = (nanoseconds: number): string => ((nanoseconds - zero) / 1e6).toFixed(1);
  return steps.map(({ name, operation, alongside }) => {
    const here = operations.find(
      (other) => processOf(other) === processOf(operation) && other.index === operation.index,
    );
    return [
      name,
      `${at(operation.t0)} – ${at(operation.t1)}`,
      alongside.join(' '),
      clip(request(operation), 110),
      clip(answer(operation), 40),
      here ? clip(answer(here), 40) : '',
    ];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
