import { execFileSync } from 'node:child_process';
import { pollUntil } from '../../../target/polling.ts';

interface Process {
  pid: number;
  parent: number;
  state: string;
  command: string;
}

/** All processes of this machine, without zombies. */
function processes(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[3]?.startsWith('Z')) return [];
    return [
      { pid: Number(match[1]), parent: Number(match[2]), state: match[3] ?? '', command: match[4] ?? '' },
    ];
  });
}

/** A process and all that it started, as long as parents are alive. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  const visit = (parent: number): void => {
    for (const child of all.filter((each) => each.parent === parent)) {
      found.push(child);
      visit(child.pid);
    }
  };
  visit(pid);
  return found;
}

/** The child whose command matches. */
export function childOf(pid: number, command: RegExp): number {
  const child = descendants(pid).find((each) => command.test(each.command));
  if (!child) throw new Error(`no child ${command} of ${pid}`);
  return child.pid;
}

/** Asks again and again until there is an answer. Throws when there is none for a minute. */
export async function waitFor<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const answer = await pollUntil(ask, { intervalMs: 50, deadlineMs: 60_000 });
  if (answer === undefined) throw new Error(`nothing within a minute: ${ask}`);
  return answer;
}

/** Waits until none of the processes is left; returns those that are after the time. */
export async function survivors(pids: readonly number[], milliseconds = 30_000): Promise<number[]> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const left = processes()
      .map((each) => each.pid)
      .filter((pid) => pids.includes(pid));
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
