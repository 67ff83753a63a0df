import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Root folder of this project, wherever the command was started. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export const projectVersion: string = (
  JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string }
).version;

const run = promisify(execFile);

/** Documents do not change what the harness does. */
const harness = ['.', ':(exclude)*.md', ':(exclude)docs'];

/** Commit of the harness and whether its work tree differs from it; nulls outside a git checkout. */
export async function gitState(): Promise<{ commit: string | null; dirty: boolean | null }> {
  try {
    const head = await run('git', ['rev-parse', 'HEAD'], { cwd: projectRoot });
    const status = await run('git', ['status', '--porcelain', '--', ...harness], { cwd: projectRoot });
    return { commit: head.stdout.trim(), dirty: status.stdout.trim() !== '' };
  } catch {
    return { commit: null, dirty: null };
  }
}
