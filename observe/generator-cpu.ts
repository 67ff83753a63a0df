import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Clock ticks a second in /proc: 100 on every Linux that Node supports (USER_HZ, proc(5)). */
export const TICKS = 100;

/**
 * CPU seconds that a process has used so far, in user and system mode; null when they cannot be read, for instance
 * because it has ended.
 */
export async function cpuSeconds(pid: number): Promise<number | null> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // The name may hold spaces and brackets; the fields after it may not. utime and stime are the 14th and 15th.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user, system] = [Number(fields?.[11]), Number(fields?.[12])];
    return Number.isFinite(user + system) ? (user + system) / TICKS : null;
  }
  const answer = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]).catch(() => null);
  return answer === null ? null : parseTime(answer.stdout.trim());
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`, as ps shows it. */
export function parseTime(text: string): number | null {
  const match = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (!match) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}
