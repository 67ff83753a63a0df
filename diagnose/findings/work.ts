import type { DiagnosisFinding } from '../../contracts/diagnosis.ts';
import type { Operation } from '../../history/operation.ts';
import { cpuShares } from '../bottleneck.ts';
import type { ScenarioEvidence } from '../evidence.ts';
import { percent, shareOf } from '../share.ts';

/** A table that is read whole this often for each call, with that many rows each time, lacks an index. */
const SCANS_PER_CALL = 0.5;
const ROWS_PER_SCAN = 200;

/** Sessions report their scans at most once a second (PostgreSQL manual, 27.2), so what the last one did may be missing. */
const REPORTED_AFTER_NS = 1e9;
/** Fewer calls say little of what each of them does. */
const ENOUGH_CALLS = 20;

/** Sequential scans of tables with more than a few rows. Small tables are read whole by right. */
export function explainScans({ scenario, counters, operations }: ScenarioEvidence): DiagnosisFinding[] {
  if (!counters) return [];
  const calls = callsReported(operations);
  if (calls < ENOUGH_CALLS) return [];
  return counters.tables.flatMap(({ name, seq_scan, seq_tup_read, idx_scan }): DiagnosisFinding[] => {
    const rows = seq_scan === 0 ? 0 : seq_tup_read / seq_scan;
    if (seq_scan < calls * SCANS_PER_CALL || rows < ROWS_PER_SCAN) return [];
    const share = shareOf(seq_scan, seq_scan + idx_scan);
    return [
      {
        cause: 'missing-index',
        scenario,
        share,
        sentence: `${name} was read whole ${seq_scan} times in ${operations.length} calls, ${Math.round(rows)} rows each time: an index is missing, or cannot be used`,
        evidence: [`${percent(share)} of the scans of ${name} were sequential`],
        advice: `EXPLAIN the statements on ${name} within the functions, and add the index that they need`,
      },
    ];
  });
}

/** Calls of the function that was called most, of those whose scans must have been reported by the end. */
function callsReported(operations: readonly Operation[]): number {
  const last = operations.reduce((latest, { t1 }) => Math.max(latest, t1), 0);
  const counts = new Map<string, number>();
  for (const { f, t1 } of operations)
    if (t1 <= last - REPORTED_AFTER_NS) counts.set(f, (counts.get(f) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

const MANY_RETRIES = 0.2;
/** Executions for each acknowledged or lost call from which on somebody must have repeated calls. */
const EXECUTIONS = 1.15;

/** Retries of the clients, and those that PostgREST makes by itself. */
export function explainRetries({ scenario, operations, counters }: ScenarioEvidence): DiagnosisFinding[] {
  const findings: DiagnosisFinding[] = [];
  const repeated = operations.filter(({ retry, f }) => retry > 0 && f === 'assign').length;
  const transient = operations.filter(
    (each) => each.class === 'transient' || each.class === 'overload',
  ).length;
  const share = shareOf(repeated, operations.length);
  if (share >= MANY_RETRIES && transient > 0 && transient * 4 >= repeated) {
    findings.push({
      cause: 'retries-amplify',
      scenario,
      share,
      sentence: `${percent(share)} of the calls are repetitions of calls that ended in errors: clients add to the load that makes them fail`,
      evidence: [
        `${repeated} of ${operations.length} calls are repetitions; ${transient} ended in transient or overload errors`,
      ],
      advice: 'back off longer with each try, with jitter, and give up after a few',
    });
  }
  const executions = (counters?.statements ?? [])
    .filter(({ query, toplevel }) => toplevel !== false && query.includes('assign_tables_atomic_v2'))
    .reduce((sum, { calls }) => sum + calls, 0);
  // Only executions that ended well are counted by the server.
  const answered = operations.filter((each) => each.f === 'assign' && each.type !== 'fail').length;
  if (answered > 0 && executions > answered * EXECUTIONS + 2) {
    findings.push({
      cause: 'retries-amplify',
      scenario,
      share: shareOf(executions - answered, executions),
      sentence: `the function was executed ${executions} times for ${answered} calls that may have taken effect: something between client and database repeats calls by itself`,
      evidence: [
        `pg_stat_statements: ${executions} executions; history: ${answered} calls acknowledged or without an answer`,
      ],
      advice:
        'see `doctor --target staging` on what this PostgREST version repeats; give every call an idempotency key',
    });
  }
  return findings;
}

/** The load generator's own cost, where it left too little. */
export function explainGenerator({ scenario, looks }: ScenarioEvidence, limit: number): DiagnosisFinding[] {
  const { generator: share = null, database = null, cores = 0 } = cpuShares(looks) ?? {};
  if (share === null || share <= limit) return [];
  return [
    {
      cause: 'generator-saturated',
      scenario,
      share,
      sentence: `the load generator used ${percent(share)} of all ${cores} cores: latencies are partly its own`,
      evidence: [
        `the limit is ${percent(limit)} (contention.max_generator_cpu)`,
        database === null
          ? 'what the database used was not observed'
          : `the database used ${percent(database)} at the same time`,
      ],
      advice: 'lower processes or rate, or run the load generator on another machine',
    },
  ];
}
