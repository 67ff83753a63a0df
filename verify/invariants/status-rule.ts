import { formatInstant, formatWindow } from '../../contracts/instant.ts';
import { F, Type } from '../../history/columns/columns.ts';
import { recordedOf } from '../../history/columns/recorded.ts';
import type { Operation, StatusOperation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import type { Span } from '../database-time.ts';
import { remark, step } from '../explain.ts';
import { refreshedLooks } from '../freshness/stepped-rule.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';
import { findInMatrix } from '../status-matrix.ts';
import { type Status, StatusModel } from '../status-model.ts';
import { StatusWriters } from '../writers.ts';

/**
 * After a refresh, the stored status is what the rule gives at that moment.
 *
 * Assumes that statuses are written by refreshes only, and that clocks are known to the error in the manifest:
 * next to a boundary either side is right. A virtual clock that is stepped across boundaries has no such error.
 * Proves that every read which follows a refresh of the same table by the same process agrees with the rule, and
 * so does every case of the status matrix that could be observed, to the microsecond.
 * Does not prove anything of reads without a refresh before them: `status-fresh` measures those.
 */
export const statusRule: Invariant = {
  id: 'status-rule',
  promise: 'after a refresh, stored status is what the rule gives at that moment',
  check(evidence) {
    const { run, effects } = evidence;
    const model = new StatusModel(run, effects);
    const writers = new StatusWriters(run, effects);
    const fixed = new Set(
      run.plan.world.table_inventory.filter((table) => table.status !== 'available').map((table) => table.id),
    );
    const violations: FoundViolation[] = [];
    const undecided: string[] = [];
    const seen = new Map<Status, number>();
    let checked = 0;
    for (const { refresh, read, table } of refreshedReads(run.history.operations)) {
      if (fixed.has(table)) continue;
      const since = writers.earliest(table, refresh, read);
      if (since === null) continue;
      // Whatever refreshes statuses in the background may have done so again before the read.
      const during = { runner: refresh.runner, t0: since, t1: read.t1 };
      const span = model.span(during.runner, during.t0, during.t1);
      if (!span) {
        undecided.push(`the clock of ${refresh.runner} cannot be compared with the database's`);
        break;
      }
      checked += 1;
      const stored = (read.value as Record<string, string>)[table] as Status;
      const allowed = model.allowed(table, during, span);
      seen.set(stored, (seen.get(stored) ?? 0) + 1);
      if (allowed.has(stored)) continue;
      const violation = wrong(evidence, { refresh, read, table }, stored, allowed, span);
      if (run.history.incomplete.size > 0) undecided.push(`${violation.title}, but records are missing`);
      else violations.push(violation);
    }
    const stepped = refreshedLooks(run, effects);
    if (stepped) {
      checked += stepped.statuses.length;
      for (const status of stepped.statuses) seen.set(status, (seen.get(status) ?? 0) + 1);
      violations.push(...stepped.violations);
      undecided.push(...stepped.problems);
    }
    const counts = [...seen].map(([status, count]) => `${count} × ${status}`).join(', ');
    const matrix = findInMatrix(run.statusMatrix);
    if (checked === 0 && undecided.length === 0) undecided.push('no refreshed reads to check');
    return {
      checked: { count: checked + matrix.checked, of: 'refreshed reads and cells of the matrix' },
      violations: [...matrix.violations, ...violations],
      undecided: [...undecided, ...matrix.undecided, ...(undecided.length > 0 ? matrix.unseen : [])],
      summary: `${checked} refreshed reads follow the rule (${counts}); ${matrix.summary}`,
    };
  },
};

interface RefreshedRead {
  refresh: Operation;
  read: StatusOperation;
  table: string;
}

/** Reads whose process had just refreshed the table, both acknowledged. */
function refreshedReads(operations: readonly Operation[]): RefreshedRead[] {
  const { columns, count, words } = recordedOf(operations);
  const { f, type, runner, process } = columns;
  const users = new Map<number, Map<number, number>>();
  const found: RefreshedRead[] = [];
  for (let row = 0; row < count; row += 1) {
    let last = users.get(runner[row] as number);
    if (!last) {
      last = new Map();
      users.set(runner[row] as number, last);
    }
    const before = last.get(process[row] as number);
    last.set(process[row] as number, row);
    if (before === undefined || f[row] !== F.status || type[row] !== Type.ok) continue;
    if (f[before] !== F.refresh || type[before] !== Type.ok) continue;
    const table = words.text(columns.tables[before] as number);
    const read = operations[row] as StatusOperation;
    if (read.value !== null && table in read.value) {
      found.push({ refresh: operations[before] as Operation, read, table });
    }
  }
  return found;
}

function wrong(
  { effects }: Evidence,
  { refresh, read, table }: RefreshedRead,
  stored: Status,
  allowed: ReadonlySet<Status>,
  span: Span,
): FoundViolation {
  const claims = effects.ofTable(table).filter((effect) => effect.window && effect.operation.t0 <= read.t1);
  const at = formatInstant(span.from);
  const where = claims
    .map(({ window }) => window)
    .filter((window) => window !== null)
    .map((window) => {
      const place = span.to < window.start ? 'before' : span.from >= window.end ? 'after' : 'within';
      return `${place} the window ${formatWindow(window)}`;
    });
  const rule = [...allowed].join(' or ');
  return {
    title: `${nameOf(table)} is stored as ${stored} right after a refresh, but the rule gives ${rule}${where.length > 0 ? `: the moment is ${where.join(' and ')}` : ''}`,
    steps: [
      ...claims.map((effect) => step(effect.operation, '', effect.window)),
      step(
        refresh,
        `the database's clock stood at ${at} or at most ${Math.round((span.to - span.from) / 1000)} ms later`,
      ),
      step(read, `the stored status is ${stored}`),
      remark(
        `at that moment the rule gives ${rule}${where.length > 0 ? `: it is ${where.join(' and ')}` : ''}`,
      ),
    ],
    operations: [...claims.map((effect) => effect.operation), refresh, read],
    rows: [],
  };
}
