import { cpus } from 'node:os';

/** What all cores of this machine together did since it started, seconds. */
export function machineCpu(): { busy_s: number; all_s: number } {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { busy_s: (all - idle) / 1000, all_s: all / 1000 };
}
