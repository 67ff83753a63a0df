import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CapacityResult, CapacityStep } from '../contracts/capacity-result.ts';
import { checkRequest } from '../scripts/capacity/request.ts';
import { runCapacity } from '../scripts/capacity/run-search.ts';
import { StageReporter } from '../scripts/stage-reporter.ts';
import { type KnownTarget, limitOf, migrationsWithGate } from './capacity/gate.ts';

/**
 * Honesty of `capacity`: targets whose highest rate can be worked out, each searched twice, with the SLO at 0.9 and at
 * 1.2 of the rate that the first search found.
 *
 *   npm run bench:capacity              # all of them, about half an hour on a quiet machine
 *   npm run bench:capacity -- lock-50   # some of them, by name
 *
 * Ends with 1 when two searches differ by more than 15 %, or the SLO is broken at 0.9 or held at 1.2.
 */
const POOL = 10;
/** Two searches of one target may differ by this share. */
const AGREEMENT = 0.15;
const CHECKS = [0.9, 1.2] as const;

const targets: Record<string, KnownTarget> = {
  'lock-20': { kind: 'lock', seconds: 0.02 },
  'lock-50': { kind: 'lock', seconds: 0.05 },
  'lock-100': { kind: 'lock', seconds: 0.1 },
  'pool-200': { kind: 'pool', seconds: 0.2 },
  'pool-400': { kind: 'pool', seconds: 0.4 },
  'pool-500': { kind: 'pool', seconds: 0.5 },
};

interface Row {
  name: string;
  limit: number;
  found: [number | null, number | null];
  checks: (CapacityStep | undefined)[];
  what: string;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in targets));
if (unknown.length > 0) {
  process.stderr.write(`no target ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}\n`);
  process.exit(2);
}
const out = await mkdtemp(path.join(os.tmpdir(), 'table-stress-capacity-'));
const rows: Row[] = [];
try {
  for (const [name, target] of Object.entries(targets)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    rows.push(await measure(name, target));
    console.log(lineOf(rows.at(-1) as Row));
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
console.log(
  [
    '',
    '| target | computed | found | again | found/computed | again/found | SLO at 0.9 | SLO at 1.2 | limit named |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(lineOf),
    '',
    `load of the machine ${(os.loadavg()[0] ?? 0).toFixed(1)}, ${os.availableParallelism()} cores`,
  ].join('\n'),
);
process.exit(rows.every(isHonest) ? 0 : 1);

async function measure(name: string, target: KnownTarget): Promise<Row> {
  const migrations = await migrationsWithGate(target);
  try {
    const first = await search(migrations, target, CHECKS.join(','));
    const second = await search(migrations, target);
    return {
      name,
      limit: limitOf(target, POOL),
      found: [first.sustainable?.rate ?? null, second.sustainable?.rate ?? null],
      checks: first.steps.filter(({ phase }) => phase === 'check'),
      what: first.limit?.what ?? 'none',
    };
  } finally {
    await rm(migrations, { recursive: true, force: true });
  }
}

async function search(migrations: string, target: KnownTarget, check?: string): Promise<CapacityResult> {
  const request = await checkRequest({
    target: 'local',
    migrations,
    poolSize: String(POOL),
    sourceSchema: 'public',
    schema: 'table_stress',
    allow: [],
    copy: [],
    out,
    // Far above what a call takes without a queue, so that the SLO breaks where the queue begins to grow.
    sloP95: String(Math.max(300, target.seconds * 2500)),
    merged: '0',
    conflicts: '0',
    maxRate: '400',
    maxDuration: '900',
    precision: '0.05',
    check,
  });
  const { result } = await runCapacity(request, new StageReporter(), new AbortController().signal);
  return result;
}

function agreement({ found: [one, other] }: Row): number | null {
  return one === null || other === null ? null : other / one;
}

function isHonest(row: Row): boolean {
  const ratio = agreement(row);
  const [below, above] = row.checks;
  if (ratio === null || Math.max(ratio, 1 / ratio) > 1 + AGREEMENT) return false;
  return below?.holds === true && above?.holds === false;
}

function lineOf(row: Row): string {
  const { name, limit, found, checks, what } = row;
  const rate = (value: number | null): string => (value === null ? 'none' : value.toFixed(1));
  const held = (step: CapacityStep | undefined): string =>
    step === undefined ? 'not run' : step.holds ? 'holds' : 'breaks';
  const [one] = found;
  const cells = [
    name,
    limit.toFixed(1),
    ...found.map(rate),
    one === null ? '–' : (one / limit).toFixed(2),
    agreement(row)?.toFixed(2) ?? '–',
    held(checks[0]),
    held(checks[1]),
    what,
  ];
  return `| ${cells.join(' | ')} |`;
}
