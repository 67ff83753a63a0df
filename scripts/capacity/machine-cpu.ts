import { machineCpu } from '../../observe/machine-cpu.ts';

/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Watches how busy all cores of this machine are, with whatever runs on them.
 *
 * @returns what ends it, with the median share of the looks; null for fewer than two
 */
export function watchMachineCpu(): () => number | null {
  const shares: number[] = [];
  let last = machineCpu();
  const timer = setInterval(() => {
    const now = machineCpu();
    const all = now.all_s - last.all_s;
    if (all > 0) shares.push((now.busy_s - last.busy_s) / all);
    last = now;
  }, INTERVAL);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (shares.length < 2) return null;
    shares.sort((a, b) => a - b);
    return shares[Math.floor(shares.length / 2)] ?? null;
  };
}
