import { cpus } from 'node:os';

/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Watches how busy all cores of this machine are, with whatever runs on them.
 *
 * @returns what ends it, with the median share of the looks; null for fewer than two
 */
export function watchMachineCpu(): () => number | null {
  const shares: number[] = [];
  let last = times();
  const timer = setInterval(() => {
    const now = times();
    const all = now.all - last.all;
    if (all > 0) shares.push((now.busy - last.busy) / all);
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

function times(): { busy: number; all: number } {
  let busy = 0;
  let all = 0;
  for (const { times: each } of cpus()) {
    const sum = each.user + each.nice + each.sys + each.irq + each.idle;
    all += sum;
    busy += sum - each.idle;
  }
  return { busy, all };
}
