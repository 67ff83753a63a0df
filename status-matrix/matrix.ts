import {
  STATUS_MATRIX_VERSION,
  type StatusMatrix,
  type StatusObservation,
} from '../contracts/status-matrix.ts';
import { judge } from './judge.ts';
import type { RefreshRecord } from './record.ts';
import { type ScriptContext, scriptOf } from './script.ts';

export interface MatrixInput {
  tag: string;
  /** What the runners saw. */
  records: readonly RefreshRecord[];
  /** The clone with the virtual clock; null when there was none. */
  clone: string | null;
  notes: readonly string[];
  /** Why a part of the matrix was not tried, so that it cannot pass; null when all of it was. */
  incomplete?: string | null;
  scripts: ScriptContext;
}

/** The matrix as it is written to a file: judged, named, and with a script for whatever differs. Pure. */
export function makeMatrix({
  tag,
  records,
  clone,
  notes,
  incomplete = null,
  scripts,
}: MatrixInput): StatusMatrix {
  const { variant, observations, verdict } = judge(records);
  const written = new Map<string, string>();
  const withScripts = observations.map((observation, index): StatusObservation => {
    const record = records[index];
    if (observation.outcome !== 'differs' || record === undefined) return observation;
    // What both runners saw needs one script; that of the transaction is written first, and runs as it was seen.
    const key = scriptName(observation, record.at_us);
    const script = written.get(key) ?? scriptOf(scripts, record, observation);
    written.set(key, script);
    return { ...observation, script };
  });
  return {
    v: STATUS_MATRIX_VERSION,
    run: tag,
    skipped: null,
    verdict: verdict === 'pass' && incomplete !== null ? 'unknown' : verdict,
    schema: scripts.description.schema,
    clone,
    variant,
    observations: withScripts,
    notes: [...new Set([...(incomplete === null ? [] : [incomplete]), ...notes])],
  };
}

/** A matrix that there is not. `failed`: it was tried. */
export function noMatrix(tag: string, reason: string, failed: boolean): StatusMatrix {
  return {
    v: STATUS_MATRIX_VERSION,
    run: tag,
    skipped: { reason, failed },
    verdict: 'unknown',
    schema: null,
    clone: null,
    variant: null,
    observations: [],
    notes: [],
  };
}

function scriptName({ case: id, previous }: StatusObservation, at_us: number): string {
  return `${id} ${previous} ${at_us}`;
}

/** The scripts of a matrix by the name of their file, each once. */
export function scriptFiles({ observations }: StatusMatrix): Map<string, string> {
  const files = new Map<string, string>();
  for (const { case: id, previous, script } of observations) {
    if (script === null || [...files.values()].includes(script)) continue;
    const base = `${id}.previous-${previous.replaceAll('_', '-')}`;
    let name = `${base}.sql`;
    for (let number = 2; files.has(name); number += 1) name = `${base}.${number}.sql`;
    files.set(name, script);
  }
  return files;
}
