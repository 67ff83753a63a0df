import { RunFolder } from '../../contracts/run-folder.ts';
import { invariants, verifyRun } from '../../verify/verify.ts';

/** What one verification took, printed as JSON for `run.ts`, which starts this in a process of its own. */
export interface Measured {
  /** Seconds, from the call of the verifier to the verdict on disk. */
  wall_s: number;
  /** Seconds of all cores, of this process alone. */
  cpu_s: number;
  /** The most memory that was resident at once, megabytes. */
  resident_mb: number;
  /** Seconds of CPU for each check, and for what comes before the first one. */
  parts_s: Record<string, number>;
  linearizable: string;
  broken: string[];
  unknown: string[];
}

const parts_s: Record<string, number> = {};
let last = cpuSeconds();

function lap(name: string): void {
  const now = cpuSeconds();
  parts_s[name] = (parts_s[name] ?? 0) + now - last;
  last = now;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

for (const invariant of invariants) {
  const check = invariant.check.bind(invariant);
  invariant.check = (evidence) => {
    lap('reading');
    const finding = check(evidence);
    lap(invariant.id);
    return finding;
  };
}

const started = performance.now();
const before = cpuSeconds();
const verdict = await verifyRun(new RunFolder(process.argv[2] ?? ''));
const measured: Measured = {
  wall_s: (performance.now() - started) / 1000,
  cpu_s: cpuSeconds() - before,
  resident_mb: process.resourceUsage().maxRSS / 1024,
  parts_s,
  linearizable: verdict.invariants.find(({ id }) => id === 'linearizable')?.verdict ?? 'missing',
  broken: verdict.invariants.filter(({ verdict: value }) => value === 'fail').map(({ id }) => id),
  unknown: verdict.invariants.filter(({ verdict: value }) => value === 'unknown').map(({ id }) => id),
};
process.stdout.write(JSON.stringify(measured));
