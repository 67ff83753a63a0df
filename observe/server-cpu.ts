import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type postgres from 'postgres';
import { parseTime, TICKS } from './generator-cpu.ts';

interface ProcessTimes {
  pid: number;
  parent: number;
  name: string;
  /** CPU seconds of its own. */
  own: number;
  /** CPU seconds of its children that have ended; 0 where the system does not say. */
  ended: number;
}

/**
 * Process id of the PostgreSQL server that a connection leads to, which is the parent of the connection's backend.
 *
 * @param sql leads to a server on this machine
 * @returns null when no PostgreSQL on this machine has such a backend
 */
export async function findServer(sql: postgres.Sql): Promise<number | null> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`.catch(() => []);
  if (!row) return null;
  const backend = await timesOf(row.pid);
  const server = backend && (await timesOf(backend.parent));
  return server && /postgres/.test(backend.name) && /postgres/.test(server.name) ? server.pid : null;
}

/**
 * CPU seconds that a PostgreSQL server and all its processes have used so far; null when they cannot be read. Backends
 * that ended are counted where the system says so (Linux), else left out.
 */
export async function serverCpuSeconds(server: number): Promise<number | null> {
  const processes = await familyOf(server);
  const own = processes.find(({ pid }) => pid === server);
  if (!own) return null;
  const sum = processes.reduce((seconds, each) => seconds + each.own, own.ended);
  return Math.round(sum * 100) / 100;
}

/** A server and its children; only what is there when it is read. */
async function familyOf(server: number): Promise<ProcessTimes[]> {
  if (process.platform !== 'linux') {
    return (await listed(['-A'])).filter(({ pid, parent }) => pid === server || parent === server);
  }
  const children = await childrenOf(server);
  const times = await Promise.all([server, ...children].map(timesOf));
  return times.filter((each) => each !== null);
}

/** The kernel's own list (proc(5)); where it was built without, all processes are gone through. */
async function childrenOf(server: number): Promise<number[]> {
  const list = await readFile(`/proc/${server}/task/${server}/children`, 'utf8').catch(() => null);
  if (list !== null) return list.trim().split(/\s+/).filter(Boolean).map(Number);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(timesOf));
  return all.flatMap((each) => (each?.parent === server ? [each.pid] : []));
}

async function timesOf(pid: number): Promise<ProcessTimes | null> {
  if (process.platform !== 'linux') return (await listed(['-p', String(pid)]))[0] ?? null;
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text === null ? null : parseStat(pid, text);
}

/** `/proc/PID/stat`: the 2nd field is the name in brackets, 4th the parent, 14th to 17th the times (proc(5)). */
export function parseStat(pid: number, text: string): ProcessTimes | null {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((at) => Number(fields[at]));
  const times = [parent, user, system, endedUser, endedSystem].map((each) => each ?? Number.NaN);
  if (end < 0 || !times.every(Number.isFinite)) return null;
  return {
    pid,
    parent: parent ?? 0,
    name: text.slice(text.indexOf('(') + 1, end),
    own: ((user ?? 0) + (system ?? 0)) / TICKS,
    ended: ((endedUser ?? 0) + (endedSystem ?? 0)) / TICKS,
  };
}

/** What ps shows of processes; none when it fails. */
async function listed(which: string[]): Promise<ProcessTimes[]> {
  const answer = await promisify(execFile)('ps', ['-o', 'pid=,ppid=,time=,comm=', ...which]).catch(
    () => null,
  );
  return (answer?.stdout ?? '').split('\n').flatMap((line) => parseListed(line) ?? []);
}

/** A line of `ps -o pid=,ppid=,time=,comm=`. */
export function parseListed(line: string): ProcessTimes | null {
  const [, pid, parent, time = '', name = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
  const own = parseTime(time);
  return own === null ? null : { pid: Number(pid), parent: Number(parent), name, own, ended: 0 };
}
