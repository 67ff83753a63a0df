import { DIAGNOSIS_VERSION, type Diagnosis, diagnosisSchema } from '../contracts/diagnosis.ts';
import { readJson } from '../contracts/json-file.ts';
import { MANIFEST_VERSION, type Manifest, manifestSchema } from '../contracts/manifest.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import { VERDICT_VERSION, type Verdict, verdictSchema } from '../contracts/verdict.ts';
import { readHistory } from '../history/read.ts';

/** The answered calls of one function in one scenario. */
export interface CallGroup {
  scenario: string;
  f: string;
  /** Milliseconds, in the order of their begins. */
  durations: number[];
}

/** What is compared of a run. */
export interface Side {
  manifest: Manifest;
  verdict: Verdict;
  diagnosis: Diagnosis | null;
  groups: CallGroup[];
  /** Answered calls per second, by scenario. */
  rates: Map<string, number>;
}

/** @throws UsageError when manifest, verdict or history cannot be read */
export async function readSide(folder: RunFolder): Promise<Side> {
  const manifest = await readJson(folder.manifest, manifestSchema, MANIFEST_VERSION);
  const verdict = await readJson(folder.verdict, verdictSchema, VERDICT_VERSION);
  const { operations } = await readHistory(folder.history, manifest.run);
  const groups = new Map<string, CallGroup>();
  const spans = new Map<string, { first: number; last: number; calls: number }>();
  for (const { scenario, f, t0, t1, type } of operations) {
    // How long nobody answered says nothing of how fast an answer is.
    if (type === 'info') continue;
    const name = `${scenario} ${f}`;
    const group = groups.get(name) ?? { scenario, f, durations: [] };
    group.durations.push((t1 - t0) / 1e6);
    groups.set(name, group);
    const span = spans.get(scenario) ?? { first: t0, last: t1, calls: 0 };
    spans.set(scenario, {
      first: Math.min(span.first, t0),
      last: Math.max(span.last, t1),
      calls: span.calls + 1,
    });
  }
  return {
    manifest,
    verdict,
    diagnosis: await readJson(folder.diagnosis, diagnosisSchema, DIAGNOSIS_VERSION).catch(() => null),
    groups: [...groups.values()],
    rates: new Map(
      [...spans].map(([scenario, { first, last, calls }]) => [
        scenario,
        (calls * 1e9) / Math.max(1, last - first),
      ]),
    ),
  };
}
