import { z } from 'zod';
import { allScenarioNames } from './thresholds.ts';

/** What each fault does, for people. */
export const faultKinds = {
  'kill-backends': 'ends some of the sessions of PostgREST (pg_terminate_backend)',
  crash: 'stops PostgreSQL at once (immediate shutdown) and starts it again, which recovers from its log',
  pause: 'suspends PostgreSQL for two seconds (SIGSTOP)',
  'restart-postgrest': 'ends PostgREST and starts it again',
  'exhaust-pool':
    'locks table_inventory for three seconds, so that calls wait with all connections of the pool',
  'drop-replies': 'cuts connections after the commit, before the answer',
  'drop-requests': 'cuts connections before the request is handed on',
  delay: 'holds requests back for up to 400 ms',
} as const;
export type FaultKind = keyof typeof faultKinds;
export const faultNames = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]];

/** Those that the gateway causes, so the load has to go through it. */
export const gatewayFaults: ReadonlySet<FaultKind> = new Set(['drop-replies', 'drop-requests', 'delay']);

export const plannedFaultSchema = z.strictObject({
  kind: z.enum(faultNames),
  /** Milliseconds after the first call of the scenario was seen. */
  at_ms: z.int().min(0),
  /** Milliseconds; 0: it is over as soon as everything runs again. */
  duration_ms: z.int().min(0),
  /** Share of the requests that it hits, or of PostgREST's sessions. */
  share: z.number().min(0).max(1),
});
export type PlannedFault = z.infer<typeof plannedFaultSchema>;

export const FAULT_EVENT_VERSION = 1;

/** A line of faults.ndjson: a fault as it was injected. */
export const faultEventSchema = z.strictObject({
  v: z.literal(FAULT_EVENT_VERSION),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  scenario: z.enum(allScenarioNames),
  kind: z.enum(faultNames),
  /** Wall clock of this machine, UTC. Null: the load was over before its time came. */
  began_at: z.iso.datetime().nullable(),
  /** When everything ran again. Null: it did not come to that. */
  ended_at: z.iso.datetime().nullable(),
  /** What it hit: sessions, or requests; null where it hits everything. */
  hit: z.int().nullable(),
  /** Why it could not be injected, or undone; null when all went well. */
  problem: z.string().nullable(),
});
export type FaultEvent = z.infer<typeof faultEventSchema>;
