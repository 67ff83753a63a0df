import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../project.ts';

/** Runs a Node program whose output the user sees. Returns its exit code; 1 when a signal ended it. */
export async function runToEnd(args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, [...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
