import { open } from 'node:fs/promises';
import { distribution } from '../../contracts/percentile.ts';
import type { Progress } from '../../contracts/progress.ts';

/** Milliseconds between two looks. */
const INTERVAL = 500;
/** Looks over which rate and latency are shown. */
const RECENT = 6;

/**
 * Shows how a history grows: calls so far, and how they ended, summed over the files of all load generators. Reads only
 * what was added since the last look.
 *
 * @param observe given each line once, in the order of its file
 * @param note what else to show
 * @returns ends the following, after a last look
 */
export function followHistory(
  files: readonly string[],
  progress: Progress,
  observe: (line: string) => void = () => {},
  note: () => string = () => '',
): () => Promise<void> {
  const counts = new Map<string, number>();
  const recent: { at: number; calls: number; durations: number[] }[] = [];
  let durations: number[] = [];
  const tails = files.map((file) => new Tail(file));
  let calls = 0;
  const read = async (): Promise<void> => {
    for (const tail of tails) {
      await tail.read((line) => {
        count(line);
        observe(line);
      });
    }
    if (!tails.some(({ found }) => found)) return;
    const parts = [...counts].map(([name, number]) => `${number} ${name}`);
    recent.push({ at: performance.now(), calls, durations });
    durations = [];
    if (recent.length > RECENT) recent.shift();
    progress(calls === 0 ? 'starting' : `${calls} calls: ${parts.join(', ')}${pace(recent)}${note()}`);
  };
  const count = (line: string): void => {
    const result = /"class":"([a-z]+)"/.exec(line)?.[1];
    if (result === undefined) return;
    calls += 1;
    const [, t0, t1] = /"t0":(\d+),"t1":(\d+)/.exec(line) ?? [];
    if (t0 !== undefined && t1 !== undefined) durations.push((Number(t1) - Number(t0)) / 1e6);
    counts.set(result, (counts.get(result) ?? 0) + 1);
  };
  let looking: Promise<void> | null = null;
  const look = (): Promise<void> => {
    looking ??= read().finally(() => {
      looking = null;
    });
    return looking;
  };
  const timer = setInterval(() => void look(), INTERVAL);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
    await look();
  };
}

/** What was added to a file since the last look. */
class Tail {
  /** Whether the file is there: it appears with the first call. */
  found = false;
  private readonly file: string;
  private position = 0;
  private rest = '';

  constructor(file: string) {
    this.file = file;
  }

  async read(take: (line: string) => void): Promise<void> {
    const handle = await open(this.file, 'r').catch(() => null);
    if (handle === null) return;
    this.found = true;
    try {
      const buffer = Buffer.alloc(1 << 20);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.position);
        if (bytesRead === 0) break;
        this.position += bytesRead;
        const lines = (this.rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
        this.rest = lines.pop() ?? '';
        for (const line of lines) take(line);
      }
    } finally {
      await handle.close();
    }
  }
}

/** Calls per second and 95th percentile over the last looks; nothing while there is too little to say. */
function pace(recent: readonly { at: number; calls: number; durations: readonly number[] }[]): string {
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last || last.at - first.at < INTERVAL || last.calls === first.calls) return '';
  const rate = ((last.calls - first.calls) * 1000) / (last.at - first.at);
  const all = distribution(recent.flatMap(({ durations }) => durations));
  return `; ${rate.toFixed(0)}/s${all === null ? '' : `, 95 % within ${all.p95.toFixed(0)} ms`}`;
}
