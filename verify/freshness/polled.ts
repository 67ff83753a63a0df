import type { Operation } from '../../history/operation.ts';
import type { WatchedTable } from '../../plan/scenarios/window-boundary.ts';
import type { Effects } from '../effects.ts';
import { namesOf } from '../explain.ts';
import type { RecordedRun } from '../run-data.ts';
import { StatusModel } from '../status-model.ts';
import { StatusWriters } from '../writers.ts';
import {
  type Boundary,
  type Look,
  measureBoundary,
  type Staleness,
  type Unmeasured,
  type Writes,
} from './staleness.ts';

/** What is known of boundaries that k6 polled across. */
export class PolledBoundaries {
  readonly measured: Staleness[] = [];
  /** Boundaries that the stored status had no change to show at, or that were over before the table was assigned. */
  unchanged = 0;
  readonly problems: Unmeasured[] = [];
  private readonly effects: Effects;
  private readonly model: StatusModel;
  private readonly writers: StatusWriters;

  constructor(run: RecordedRun, effects: Effects, watched: readonly WatchedTable[]) {
    this.effects = effects;
    this.model = new StatusModel(run, effects);
    this.writers = new StatusWriters(run, effects);
    if (!run.manifest.database_clock) {
      this.problems.push({
        policy: null,
        reason: "the database's clock is not known, so boundaries have no place",
      });
      return;
    }
    const looks = this.looksAt(run.history.operations, new Set(watched.map(({ table_id }) => table_id)));
    for (const table of watched) this.measure(table, looks.get(table.table_id) ?? []);
  }

  /**
   * A refresh, acknowledged, that began after the boundary and ended before the last read that still differed from the
   * rule. After it, a correct application shows the rule, however slow machine and load generator are.
   */
  refreshInVain({ table, at, lastStale }: Staleness): Operation | null {
    const read = lastStale?.source;
    if (!read || !('f' in read)) return null;
    const refresh = this.writers
      .between(table, 0, read.t0, read.runner)
      ?.map(({ operation }) => operation)
      .findLast(
        (operation) =>
          operation.f === 'refresh' && operation.type === 'ok' && this.effects.time.before(operation, read),
      );
    if (!refresh) return null;
    // What was under way at the same time may have stored what was right when it began.
    const since = this.writers.earliest(table, refresh, read);
    const span = since === null ? null : this.model.span(refresh.runner, since, refresh.t1);
    return span && span.from >= at ? refresh : null;
  }

  private measure({ table_id: table, policy }: WatchedTable, looks: readonly Look[]): void {
    const claims = this.effects.ofTable(table).filter((effect) => effect.window);
    const [effect] = claims;
    const { window = null, operation } = effect ?? {};
    const known = operation ? this.model.span(operation.runner, operation.t0, operation.t1) : null;
    if (!effect || !window || !known || claims.length > 1 || !effect.certain) {
      this.problems.push({ policy, reason: `it is not known whether ${namesOf([table])} was assigned` });
      return;
    }
    const boundaries: Boundary[] = [
      { table, policy, direction: 'free too long', at: window.start, window, effect },
      { table, policy, direction: 'blocked too long', at: window.end, window, effect },
    ];
    for (const boundary of boundaries) {
      const staleness =
        known.to < boundary.at &&
        measureBoundary(boundary, looks, (before, after) => this.writesBetween(table, before, after));
      if (staleness) this.measured.push(staleness);
      else this.unchanged += 1;
    }
  }

  private looksAt(operations: readonly Operation[], tables: ReadonlySet<string>): Map<string, Look[]> {
    const looks = new Map<string, Look[]>();
    const previous = new Map<string, Operation>();
    for (const source of operations) {
      const user = `${source.runner} ${source.process}`;
      const last = previous.get(user);
      previous.set(user, source);
      if (source.f !== 'status' || source.type !== 'ok' || source.value === null) continue;
      const { runner, t0, t1 } = source;
      const span = this.model.span(runner, t0, t1);
      if (!span) continue;
      for (const [table, status] of Object.entries(source.value as Record<string, string>)) {
        if (!tables.has(table)) continue;
        const agrees = this.model.allowed(table, { runner, t0, t1 }, span).has(status as never);
        const refreshed = last?.f === 'refresh' && last.type === 'ok' && last.input.table_id === table;
        const look: Look = { ...span, status, agrees, refreshed, source };
        const own = looks.get(table);
        if (own) own.push(look);
        else looks.set(table, [look]);
      }
    }
    return looks;
  }

  private writesBetween(table: string, before: Look | null, after: Look): Writes | null {
    const [from, until] = [before?.source, after.source];
    if (!from || !('f' in from) || !('f' in until) || from.runner !== until.runner) return null;
    const writes = this.writers.between(table, from.t0, until.t1, until.runner);
    if (!writes || writes.length === 0 || writes.some(({ operation }) => operation.type === 'info'))
      return null;
    const span = this.model.span(
      until.runner,
      Math.min(...writes.map((write) => write.from)),
      Math.max(...writes.map((write) => write.to)),
    );
    return span && { ...span, refreshed: writes.some(({ operation }) => operation.f === 'refresh') };
  }
}
