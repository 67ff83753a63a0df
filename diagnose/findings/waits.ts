import type { DiagnosisFinding } from '../../contracts/diagnosis.ts';
import type { LockWait } from '../../contracts/observation.ts';
import type { ScenarioEvidence } from '../evidence.ts';
import { bareName, mostFrequent, percent, shareOf, waitingShare, waitingTime } from '../share.ts';

/** Of the time of all calls, what they must have spent waiting for one lock before it is a finding. */
const TOO_MUCH = 0.25;
/** Fewer looks with waits are chance. */
const ENOUGH = 5;

/** Where calls compete for tables on purpose, a wait for those rows is what was asked for. */
const competedFor = new Set([
  'table_inventory',
  'bookings',
  'table_holds',
  'table_hold_members',
  'table_hold_windows',
  'allocations',
  'booking_table_assignments',
  'booking_assignment_idempotency',
]);

/**
 * Locks that calls wait for although they want different things: one advisory lock that nearly all wait for, or a row of
 * a table that is not what they compete for. Waits are samples: each look counts those who waited at that moment.
 */
export function explainWaits(evidence: ScenarioEvidence): DiagnosisFinding[] {
  const looks = evidence.looks.filter(({ locks }) => locks !== undefined);
  const waits = looks.flatMap(({ locks }) => locks ?? []);
  if (looks.length < ENOUGH) return [];
  const row = hotRow(evidence, waits) ?? hotRowByStatement(evidence, waits);
  return [coarseLock(evidence, waits), row].filter((each) => each !== null);
}

function coarseLock(evidence: ScenarioEvidence, waits: readonly LockWait[]): DiagnosisFinding | null {
  const advisory = waits.filter(({ locktype }) => locktype === 'advisory');
  const key = mostFrequent(advisory.map((wait) => wait.key));
  if (key === null) return null;
  const share = shareOf(key.count, waits.length) * waitingShare(evidence.looks);
  if (share < TOO_MUCH || longest(advisory) < LONG_MS) return null;
  return {
    cause: 'coarse-lock',
    scenario: evidence.scenario,
    share,
    sentence: `${percent(share)} of the time of all calls went into waiting for one advisory lock, though they are for different tables: throughput cannot grow with the number of callers`,
    evidence: [
      `${key.count} of ${waits.length} sampled waits were for the advisory lock ${key.value}`,
      `the longest of them had waited for ${Math.round(longest(advisory))} ms`,
      ...statementsWith(evidence, /advisory/i),
    ],
    advice:
      "lock what the call is for, not more: its tables' rows; or put the restaurant and zone into the key of the advisory lock, take it last, and do nothing slow under it",
  };
}

function hotRow(evidence: ScenarioEvidence, waits: readonly LockWait[]): DiagnosisFinding | null {
  const foreign = waits.filter(
    ({ locktype, relation }) =>
      (locktype === 'tuple' || locktype === 'transactionid') &&
      relation !== null &&
      !competedFor.has(bareName(relation)),
  );
  const relation = mostFrequent(foreign.map((wait) => bareName(wait.relation ?? '')));
  if (relation === null) return null;
  const share = shareOf(relation.count, waits.length) * waitingShare(evidence.looks);
  if (share < TOO_MUCH / 2) return null;
  return {
    cause: 'hot-row',
    scenario: evidence.scenario,
    share,
    sentence: `${percent(share)} of the time of all calls went into waiting for a row of ${relation.value}, which calls for different tables share`,
    evidence: [
      `${relation.count} of ${waits.length} sampled waits were for a row of ${relation.value}`,
      ...statementsWith(evidence, new RegExp(`\\b${relation.value}\\b`)),
    ],
    advice: adviceFor(relation.value),
  };
}

/**
 * The same where the locks name no table: INSERT … ON CONFLICT waits for the other transaction without a lock on the row.
 * What took the time of those waits, by pg_stat_statements, is then a statement within the functions that writes or locks
 * a row of a table that calls do not compete for.
 */
function hotRowByStatement(evidence: ScenarioEvidence, waits: readonly LockWait[]): DiagnosisFinding | null {
  const unnamed = waits.filter(
    ({ locktype, relation }) => locktype === 'transactionid' && relation === null,
  ).length;
  const ofWaits = shareOf(unnamed, waits.length);
  const share = ofWaits * waitingShare(evidence.looks);
  if (share < TOO_MUCH / 2) return null;
  const waited = ofWaits * (waitingTime(evidence.looks) ?? 0);
  const [slowest] = (evidence.counters?.statements ?? []).flatMap(({ query, toplevel, total_ms, calls }) => {
    const relation = toplevel === false ? tableChanged(query) : null;
    if (relation === null || competedFor.has(relation) || total_ms * 2 < waited) return [];
    return [{ relation, query, total_ms, calls }];
  });
  if (!slowest) return null;
  const { relation, query, total_ms, calls } = slowest;
  return {
    cause: 'hot-row',
    scenario: evidence.scenario,
    share,
    sentence: `${percent(share)} of the time of all calls went into waiting for other calls to end, and the statement that waits changes ${relation}: calls for different tables share a row of it`,
    evidence: [
      `${unnamed} of ${waits.length} sampled waits were for a row whose table the lock does not name, ${Math.round(waited)} ms of all calls together`,
      `${calls} times, ${(total_ms / calls).toFixed(1)} ms each, ${Math.round(total_ms)} ms in all: ${oneLine(query)}`,
    ],
    advice: adviceFor(relation),
  };
}

/** The table whose rows a statement writes or locks; null for one that only reads. */
function tableChanged(query: string): string | null {
  const name = /(?:"?\w+"?\.)?"?(\w+)"?/.source;
  const written = new RegExp(
    `^\\s*(?:insert\\s+into|update(?:\\s+only)?|delete\\s+from)\\s+${name}`,
    'i',
  ).exec(query);
  if (written) return written[1] ?? null;
  if (!/\bfor\s+(?:no\s+key\s+)?update\b|\bfor\s+(?:key\s+)?share\b/i.test(query)) return null;
  return new RegExp(`\\bfrom\\s+${name}`, 'i').exec(query)?.[1] ?? null;
}

function adviceFor(relation: string): string {
  return `do not write or lock ${relation} in every assignment: add a row for each change instead and sum them up when asked, or write it last`;
}

/** Below that a queue for a lock is what a short critical section costs, milliseconds. */
const LONG_MS = 250;

function longest(waits: readonly LockWait[]): number {
  return waits.reduce((most, { waited_ms }) => Math.max(most, waited_ms ?? 0), 0);
}

/** The statement within the functions that took most time, of those that match. */
function statementsWith({ counters }: ScenarioEvidence, pattern: RegExp): string[] {
  const found = counters?.statements.find(({ query, toplevel }) => toplevel === false && pattern.test(query));
  if (!found) return [];
  const each = found.total_ms / found.calls;
  return [`${found.calls} times, ${each.toFixed(1)} ms each: ${oneLine(found.query)}`];
}

function oneLine(query: string): string {
  const line = query.replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
