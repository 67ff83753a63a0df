import { open } from 'node:fs/promises';
import type { Progress } from '../../contracts/progress.ts';

/** Milliseconds between two looks. */
const INTERVAL = 500;

/**
 * Shows how a history file grows: calls so far, and how they ended. Reads only what was added since the last look.
 *
 * @param observe given each line once, in order
 * @returns ends the following, after a last look
 */
export function followHistory(
  file: string,
  progress: Progress,
  observe: (line: string) => void = () => {},
): () => Promise<void> {
  const counts = new Map<string, number>();
  let position = 0;
  let calls = 0;
  let rest = '';
  const read = async (): Promise<void> => {
    try {
      const handle = await open(file, 'r');
      try {
        const buffer = Buffer.alloc(1 << 20);
        for (;;) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
          if (bytesRead === 0) break;
          position += bytesRead;
          const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            count(line);
            observe(line);
          }
        }
      } finally {
        await handle.close();
      }
      const parts = [...counts].map(([name, number]) => `${number} ${name}`);
      progress(calls === 0 ? 'starting' : `${calls} calls: ${parts.join(', ')}`);
    } catch {
      // The file appears with the first call.
    }
  };
  const count = (line: string): void => {
    const result = /"class":"([a-z]+)"/.exec(line)?.[1];
    if (result === undefined) return;
    calls += 1;
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
