/** A deadlock as PostgreSQL's log tells it. */
export interface LoggedDeadlock {
  /** Wall clock, milliseconds since the epoch. */
  at_ms: number;
  /** What the victim waited for, innermost first; null where the log does not say. */
  relation: string | null;
  statement: string | null;
  /** The function and line that it came from. */
  place: string | null;
}

const HEAD = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC \[(\d+)\] .*? (ERROR|CONTEXT): {2}(.*)$/;

/**
 * Deadlocks from a log with the prefix `%m [%p] %q%u@%d %a `, in UTC: the error, and the context that the same process
 * writes after it, which names table, statement and line (PostgreSQL manual, 19.8).
 */
export function deadlocksOf(log: string): LoggedDeadlock[] {
  const found: LoggedDeadlock[] = [];
  const victims = new Map<string, LoggedDeadlock>();
  for (const { head, text } of entriesOf(log)) {
    const [, time = '', pid = '', kind, message] = head;
    const victim = victims.get(pid);
    if (kind === 'ERROR') {
      victims.delete(pid);
      if (message !== 'deadlock detected') continue;
      const at_ms = Date.parse(`${time.replace(' ', 'T')}Z`);
      const deadlock = { at_ms, relation: null, statement: null, place: null };
      victims.set(pid, deadlock);
      found.push(deadlock);
    } else if (victim) {
      Object.assign(victim, readContext(text));
      victims.delete(pid);
    }
  }
  return found;
}

/** Errors and contexts, each with the lines that belong to it: those begin with a tab. */
function* entriesOf(log: string): Generator<{ head: RegExpExecArray; text: string }> {
  let head: RegExpExecArray | null = null;
  let lines: string[] = [];
  for (const line of log.split('\n')) {
    if (line.startsWith('\t')) {
      lines.push(line.slice(1));
      continue;
    }
    if (head) yield { head, text: lines.join('\n') };
    head = HEAD.exec(line);
    lines = [head?.[4] ?? ''];
  }
  if (head) yield { head, text: lines.join('\n') };
}

function readContext(context: string): Omit<LoggedDeadlock, 'at_ms'> {
  const statement = /^SQL statement "([\s\S]*?)"$/m.exec(context)?.[1];
  const place = /^PL\/pgSQL function (\w+)\(.*\) line (\d+)/m.exec(context);
  return {
    relation: /in relation "([^"]+)"/.exec(context)?.[1] ?? null,
    statement: statement?.replace(/\s+/g, ' ') ?? null,
    place: place ? `${place[1]} line ${place[2]}` : null,
  };
}
