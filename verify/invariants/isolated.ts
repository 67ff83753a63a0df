import type { TeardownResult } from '../../contracts/teardown-result.ts';
import { recordedOf } from '../../history/columns/recorded.ts';
import { nameOf } from '../../plan/identity.ts';
import type { Booking } from '../../plan/world.ts';
import { remark } from '../explain.ts';
import type { FoundViolation, Invariant } from '../invariant.ts';
import type { RunData } from '../run-data.ts';
import { changedTables, unattributed } from './untagged.ts';

/**
 * After teardown no tagged row is left in any table of the schema, the rows without a tag are what they were, and
 * nothing of the run ever came into the deployed schema.
 *
 * Rests on teardown's own counts and hashes, taken before seeding and after deleting.
 * Proves that no row that carries the run's tag is left, and tables that were counted before have the same rows
 * without a tag as then.
 * Does not prove who changed a row without a tag while other runs or clients used the schema: such changes are
 * unknown, not broken.
 */
export const isolated: Invariant = {
  id: 'isolated',
  promise: 'after teardown nothing of the run is left, and nothing else was changed',
  check({ run }) {
    const { teardown } = run;
    const finding = { checked: { count: 0, of: 'tables' }, violations: [] as FoundViolation[], summary: '' };
    if (!teardown) return { ...finding, undecided: ['teardown did not run'] };
    if (!teardown.performed) return { ...finding, undecided: ['rows were kept on request (--keep)'] };
    const undecided = [...teardown.problems, ...unproven(teardown)];
    if (!teardown.left) undecided.push('what is left could not be counted');
    if (!teardown.untagged_before || !teardown.untagged_after) {
      undecided.push('the rows without a tag could not be compared');
    }
    undecided.push(...unequalTables(teardown), ...unattributed(teardown), ...unseenSource(run));
    const left = (teardown.left ?? []).filter((count) => count.rows > 0);
    const violations = left.map(
      ({ table, rows }): FoundViolation => ({
        title: `${rows} rows of the run are left in ${table}`,
        steps: [
          remark(`teardown deleted what it could reach, and ${rows} rows of ${table} still carry the tag`),
        ],
        operations: [],
        rows: [{ table, rows }],
      }),
    );
    const tables = teardown.left?.length ?? 0;
    return {
      checked: { count: tables, of: 'tables' },
      violations: [
        ...violations,
        ...changedTables(teardown),
        ...changedSeeds(run),
        ...touchedSource(teardown),
        ...remains(teardown),
        ...remainsOfCopy(run),
      ],
      undecided,
      summary: `no row of the run left in ${tables} tables${outcome(teardown)}; others unchanged`,
    };
  },
};

/** What was removed as far as could be seen, though not everything could be. */
function unproven({ isolation }: TeardownResult): string[] {
  return isolation?.removed ? isolation.problems : [];
}

/** The proof must speak of the same tables throughout: one that is missing somewhere was not looked at. */
function unequalTables({ left, untagged_before, untagged_after }: TeardownResult): string[] {
  if (!left || !untagged_before || !untagged_after) return [];
  const names = [left, untagged_before, untagged_after].map((list) => list.map(({ table }) => table).sort());
  const all = new Set(names.flat());
  return [...all]
    .filter((table) => !names.every((list) => list.includes(table)))
    .map((table) => `${table} was not looked at both before and after`);
}

/** Rows that no call named must be as they were seeded. */
function changedSeeds({ history, finalState, plan }: RunData): FoundViolation[] {
  const stored = finalState?.others.get('bookings');
  if (!stored) return [];
  const { columns, count, words } = recordedOf(history.operations);
  const named = new Uint8Array(words.count + 1);
  for (let row = 0; row < count; row += 1) named[columns.booking[row] as number] = 1;
  named[0] = 0;
  return plan.world.bookings.flatMap((planned): FoundViolation[] => {
    if (named[words.find(planned.id)] === 1) return [];
    const row = stored.get(planned.id);
    const changes = row ? differences(planned, row) : ['the row is gone'];
    if (changes.length === 0) return [];
    return [
      {
        title: `${nameOf(planned.id)} was changed though no call named it: ${changes.join(', ')}`,
        steps: [remark('it was seeded, and no call named it'), remark(changes.join(', '))],
        operations: [],
        rows: row ? [row] : [],
      },
    ];
  });
}

function differences(planned: Booking, row: Record<string, unknown>): string[] {
  const columns = ['status', 'party_size', 'customer_id', 'restaurant_id'] as const;
  return columns
    .filter((column) => column in row && row[column] !== planned[column])
    .map((column) => `${column} is ${String(row[column])}, not ${planned[column]}`);
}

/** What keeps us from saying that the deployed schema was left alone. */
function unseenSource({ manifest, teardown }: RunData): string[] {
  if (!manifest.isolation?.cloned) return [];
  if (!teardown?.source) return ['the deployed schema could not be looked at'];
  const { schema, unread, undisturbed, before, after } = teardown.source;
  const reasons = unread.map(
    (table) =>
      `${schema}.${table} could not be searched for rows of the run: it is too large, or not all of it can be read`,
  );
  if (undisturbed && !(before && after)) reasons.push(`the rows of ${schema} could not be compared`);
  return reasons;
}

function touchedSource({ source }: TeardownResult): FoundViolation[] {
  if (!source) return [];
  const { schema } = source;
  const tagged = source.tagged
    .filter(({ rows }) => rows > 0)
    .map(
      ({ table, rows }): FoundViolation => ({
        title: `${rows} rows of the run are in the deployed schema: ${schema}.${table}`,
        steps: [
          remark(`the load went to the isolated schema only`),
          remark(`yet ${rows} rows of ${schema}.${table} carry the run's tag`),
        ],
        operations: [],
        rows: [{ table: `${schema}.${table}`, rows }],
      }),
    );
  if (!source.undisturbed || !source.before || !source.after) return tagged;
  const after = new Map(source.after.map((table) => [table.table, table]));
  const changed = source.before.flatMap((before): FoundViolation[] => {
    const now = after.get(before.table);
    if (now && now.rows === before.rows && now.hash === before.hash) return [];
    return [
      {
        title: `the deployed schema changed during the run: ${schema}.${before.table}`,
        steps: [
          remark(`before: ${before.rows} rows, hash ${before.hash}; nobody else writes there`),
          remark(now ? `after: ${now.rows} rows, hash ${now.hash}` : 'after: the table is gone'),
        ],
        operations: [],
        rows: [{ ...before }, ...(now ? [{ ...now }] : [])],
      },
    ];
  });
  return [...tagged, ...changed];
}

/** An isolated schema that was to be removed and is still there, or whose exposure was not taken back. */
function remains({ isolation }: TeardownResult): FoundViolation[] {
  if (!isolation || isolation.removed || isolation.stays !== null) return [];
  return [
    {
      title: `the isolated schema ${isolation.schema} could not be removed`,
      steps: isolation.problems.map((problem) => remark(problem)),
      operations: [],
      rows: [],
    },
  ];
}

/** The instrumented copy of a run that explored as well is gone before its end. */
function remainsOfCopy({ explored }: RunData): FoundViolation[] {
  if (!explored || explored.left === null) return [];
  return [{ title: explored.left, steps: [remark(explored.left)], operations: [], rows: [] }];
}

function outcome({ source, isolation }: TeardownResult): string {
  const deployed = source ? ` nor in ${source.schema}` : '';
  return isolation?.removed ? `${deployed}; schema ${isolation.schema} removed` : deployed;
}
