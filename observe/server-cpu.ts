import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { cpuSeconds } from './generator-cpu.ts';

/** Clock ticks a second in /proc, see generator-cpu.ts. */
const TICKS = 100;

/** Process ids of servers on this machine. */
export interface ServerProcesses {
  /** PostgreSQL's first process, the parent of those of its sessions. */
  database: number;
  api: number;
}

/** CPU seconds that the servers have used so far; null where they cannot be read. */
export async function serverCpuSeconds(
  servers: ServerProcesses,
): Promise<{ database: number | null; api: number | null }> {
  const [database, api] = await Promise.all([familySeconds(servers.database), cpuSeconds(servers.api)]);
  return { database, api };
}

/** CPU seconds that all processes of this machine together have used so far, in user and system mode. */
export function machineCpuSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** Of a process, its children and those of them that have ended. Linux only: ps does not count the latter. */
async function familySeconds(parent: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const names = await readdir('/proc').catch(() => []);
  const family = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name))),
  );
  const own = family.find((each) => each?.pid === parent);
  if (!own) return null;
  const children = family.filter((each) => each?.parent === parent);
  const ticks = own.used + own.ended + children.reduce((sum, each) => sum + (each?.used ?? 0), 0);
  return ticks / TICKS;
}

/** proc(5): the parent is the 4th field, utime and stime are the 14th and 15th, those of ended children the next two. */
async function statOf(
  pid: number,
): Promise<{ pid: number; parent: number; used: number; ended: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields) return null;
  const at = (place: number): number => Number(fields[place - 3]);
  const used = at(14) + at(15);
  const ended = at(16) + at(17);
  return Number.isFinite(used + ended) ? { pid, parent: at(4), used, ended } : null;
}
