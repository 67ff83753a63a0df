import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { InterruptedError } from '../../contracts/errors.ts';
import type { Progress } from '../../contracts/progress.ts';
import { startWatchdog } from '../watchdog.ts';
import { isExecutable, k6Version, programsOnPath } from './program.ts';

/** The Go module that pins k6 and, by its go.sum, everything that k6 is made of. */
export const k6Module = fileURLToPath(new URL('./module/', import.meta.url));

/** Where installers put Go without adding it to PATH. */
const usualPlaces = ['/usr/local/go/bin', '/opt/homebrew/bin', '/usr/local/bin', '/usr/lib/go/bin'];

/** The `go` command, or null. `places` are looked at after PATH. */
export async function findGo(env: NodeJS.ProcessEnv, places = usualPlaces): Promise<string | null> {
  const [onPath] = await programsOnPath('go', env);
  if (onPath) return onPath;
  for (const folder of env.GOROOT ? [join(env.GOROOT, 'bin'), ...places] : places) {
    if (await isExecutable(join(folder, 'go'))) return join(folder, 'go');
  }
  return null;
}

/**
 * Builds k6 from source to `target`: about a minute on two cores the first time.
 *
 * @throws Error with what Go said; InterruptedError when the signal fires.
 */
export async function buildK6(options: {
  go: string;
  target: string;
  env: NodeJS.ProcessEnv;
  module?: string | undefined;
  progress: Progress;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const watchdog = await startWatchdog();
  const began = performance.now();
  const tell = () => {
    options.progress(
      `building k6 ${k6Version} with Go, ${Math.round((performance.now() - began) / 1000)} s …`,
    );
  };
  tell();
  // Go leaves its work folder behind when it is killed, so it gets one that goes away.
  const work = await mkdtemp(join(tmpdir(), 'table-stress-go-'));
  watchdog.removeFolder(work);
  const ticker = setInterval(tell, 5_000);
  try {
    const args = ['build', '-mod=readonly', '-trimpath', '-o', options.target, 'go.k6.io/k6/v2'];
    const child = execa(options.go, args, {
      cwd: options.module ?? k6Module,
      // No C compiler needed, and a workspace of the user's must not take part.
      env: { ...options.env, CGO_ENABLED: '0', GOWORK: 'off', GOTMPDIR: work },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      detached: true,
      timeout: 20 * 60_000,
    });
    const { pid } = child;
    const forget = pid === undefined ? () => {} : watchdog.supervise(pid);
    // Go's compilers are processes of their own: end the group.
    const abort = () => pid !== undefined && process.kill(-pid, 'SIGKILL');
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    const result = await child;
    options.signal?.removeEventListener('abort', abort);
    forget();
    if (options.signal?.aborted) throw new InterruptedError();
    if (result.failed) throw new Error(lastLines(result.stderr) || result.shortMessage);
  } finally {
    clearInterval(ticker);
    await rm(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await watchdog.dismiss();
  }
}

function lastLines(text: string | undefined): string {
  return (text ?? '').trim().split('\n').slice(-3).join(' | ');
}
