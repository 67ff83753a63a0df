import type { KeptViolation } from '../contracts/kept-violations.ts';
import { parentsFirst } from '../contracts/schema-description.ts';
import type { Operation } from '../history/operation.ts';
import { tagPattern } from '../plan/identity.ts';
import { valueText } from '../sql/statements.ts';
import { requestedWindow } from '../verify/effects.ts';
import { answer, request } from '../verify/explain.ts';
import type { RunData } from '../verify/run-data.ts';
import type { ChosenCalls } from './arrange.ts';
import { callStatements } from './call-statement.ts';
import { isAssign, NOTES } from './checks/check.ts';
import { checksOf } from './checks/checks.ts';
import type { Copy } from './copy.ts';
import { lapsesAfter } from './hold-expiry.ts';
import { insertRow } from './insert-statement.ts';
import { fitWorld, neededRows } from './needed-rows.ts';
import { notesOf } from './notes.ts';
import { header } from './script-header.ts';
import { asServiceRole, setSearchPath } from './session-settings.ts';
import { type Step, sessionsOf, stepsOf } from './sessions.ts';
import { pauseBefore } from './timing.ts';

/** The application that a script is fitted to. */
export type ScriptTarget = Pick<Copy, 'tables' | 'source' | 'lookups' | 'confirmParameters'>;

/**
 * A script of SQL that shows a violation again: the rows, the calls before, the calls of each session, queries of which
 * each row is a contradiction, and a clean-up. Every call stands as it is tried. `loadScanner` must have been awaited
 * before. Pure.
 *
 * @param outcome what came of trying it, in words
 * @param command what tries it again
 */
export function scriptOf(
  target: ScriptTarget,
  run: RunData,
  kept: KeptViolation,
  chosen: ChosenCalls,
  { outcome, command }: { outcome: string; command: string },
): string {
  const steps = stepsOf(chosen.calls);
  const { earlier } = chosen;
  const holds = target.tables.tables.some(({ name }) => name === 'table_hold_members');
  const rows = fitWorld(
    target.tables,
    neededRows(run.plan.world, [...earlier, ...chosen.calls], chosen.zones),
    run.plan,
    target.lookups,
  );
  const call = (name: string, operation: Operation): string[] => noted(target, run, name, operation);
  const parts = [
    header({ run: run.manifest.run, kept, steps, outcome, command, notes: NOTES }),
    ['-- ===== set-up =====', sql(setSearchPath(target.source, 'SET'))],
    notesOf(Number.parseInt(run.manifest.run, 16)),
    ['-- The rows that the calls need.', ...block([...asServiceRole, ...rows.map(insertRow), 'COMMIT'])],
    ...earlier.map((operation, index) => [
      comment(`before, call ${index + 1}: ${words(run, operation)}`),
      ...call(`before ${index + 1}`, operation),
    ]),
    ...(chosen.settling > 0
      ? [['-- Holds lapse.', sql(`SELECT pg_sleep(${(chosen.settling / 1000).toFixed(3)})`)]]
      : []),
    [`-- ===== ${sessionsOf(steps).length === 1 ? 'one session' : 'sessions'} =====`],
    ...steps.map((step) => [
      comment(`session ${step.session}, step ${step.number}: ${words(run, step.operation)}`),
      comment(timesOf(step, steps)),
      ...waits(step, steps, chosen.paused),
      ...call(step.name, step.operation),
    ]),
    ['-- ===== check =====', '-- What was answered here.'],
    [
      sql(
        `SELECT step, coalesce(code, 'ok') AS answer, message, rows FROM ${NOTES}.answers ORDER BY began_at`,
      ),
    ],
    ...checksOf(kept.invariant, { run, steps, holds }).map(({ meaning, query }) => [
      comment(`Each row is a contradiction: ${meaning}.`),
      sql(query),
    ]),
    ['-- ===== clean-up =====', ...cleanUp(target, run.manifest.run)],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const sql = (statement: string): string => `${statement};`;
const block = (statements: readonly string[]): string[] => statements.map(sql);
/** In one line, whatever names and messages hold. */
const comment = (text: string): string => `-- ${text.replaceAll(/\s+/g, ' ')}`;

/** A call in a transaction of its own, its answer noted down, so that a refusal does not end the script. */
function noted(target: ScriptTarget, run: RunData, name: string, operation: Operation): string[] {
  const { confirmParameters } = target;
  const expiry = (hold: Extract<Operation, { f: 'hold' }>): string | null => {
    const lifetime = lapsesAfter(run, hold);
    return lifetime === null ? null : `now() + interval '${Math.round(lifetime)} milliseconds'`;
  };
  const statements = callStatements(operation, { confirmParameters, expiry });
  return statements.flatMap((statement, index) => {
    const call = `SELECT ${NOTES}.answer(${valueText(name)}, $call$\n  ${statement}\n$call$)`;
    return block([...asServiceRole, index === statements.length - 1 ? call : statement, 'COMMIT']);
  });
}

function words(run: RunData, operation: Operation): string {
  const window = isAssign(operation) ? requestedWindow(run, operation) : null;
  return `${request(operation, window)}; in the run: ${answer(operation)}`;
}

function timesOf({ operation, alongside, after }: Step, steps: readonly Step[]): string {
  const zero = Math.min(...steps.map((step) => step.operation.t0));
  const at = (nanoseconds: number): string => `${((nanoseconds - zero) / 1e6).toFixed(3)} ms`;
  const order = [
    ...(alongside.length > 0 ? [`at the same time as ${alongside.join(' and ')}`] : []),
    ...(after.length > 0 ? [`after ${after.map(({ name }) => name).join(' and ')}`] : []),
  ].join(', ');
  return `process ${operation.process}, from ${at(operation.t0)} to ${at(operation.t1)}${order === '' ? '' : `, ${order}`}`;
}

function waits(step: Step, steps: readonly Step[], paused: boolean): string[] {
  if (step.alongside.length > 0) return [sql(`SELECT ${NOTES}.wait_at_barrier()`)];
  const pause = paused ? pauseBefore(step, steps) : 0;
  return pause < 1 ? [] : [sql(`SELECT pg_sleep(${(pause / 1000).toFixed(3)})`)];
}

/** Children before parents, and twice: triggers may write while others are deleted. */
function cleanUp({ tables }: ScriptTarget, tag: string): string[] {
  const names = parentsFirst(tables)
    .reverse()
    .map(({ name }) => valueText(name));
  return [
    `-- Every row that carries the run's tag (${tag}), and what the script noted down.`,
    sql(`DO $$
DECLARE
  name text;
BEGIN
  FOR round IN 1..2 LOOP
    FOREACH name IN ARRAY ARRAY[
      ${names.join(', ')}
    ] LOOP
      EXECUTE format('DELETE FROM %I tagged WHERE (tagged.*)::text ~ %L', name, ${valueText(tagPattern(tag))});
    END LOOP;
  END LOOP;
END
$$`),
    sql(`DROP SCHEMA ${NOTES} CASCADE`),
  ];
}
