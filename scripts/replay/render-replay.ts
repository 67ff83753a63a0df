import { type Repro, type ReproResult, resultInWords } from '../../contracts/repro.ts';
import type { Replayed } from '../../replay/replay.ts';
import { processOf, type Step } from '../../replay/sessions.ts';
import { answer, request } from '../../verify/explain.ts';
import { paint } from '../terminal.ts';

const styles: Record<ReproResult, 'red' | 'green' | 'yellow'> = {
  reproduced: 'red',
  'not reproduced': 'green',
  'not tried': 'yellow',
};

/** Every violation with its number and what came of it. */
export function renderList(repro: Repro, colour: boolean): string {
  const lines = repro.violations.map((violation) => {
    const number = String(violation.number).padStart(3);
    const result = paint(styles[violation.result], resultInWords(violation), colour);
    return `${number}  ${violation.invariant}: ${clip(violation.title, 110)}\n     ${result}`;
  });
  return `${lines.join('\n')}\n`;
}

/** The calls of a violation's sessions as a table, and what came of trying them. */
export function renderReplayed(
  { repro, steps, operations }: Replayed,
  folder: string,
  colour: boolean,
): string {
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
