import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { execa } from 'execa';

/** The k6 that is downloaded or built; the Go module in `module/` pins the same one. */
export const k6Version = '2.2.0';

/** What `k6 version` said, or why it is of no use. */
export type K6Probe = { readonly version: string } | { readonly reason: string };

/** Runs `k6 version`. The scenarios need a k6 of major version 2. */
export async function probeK6(path: string): Promise<K6Probe> {
  const result = await execa(path, ['version'], { reject: false, timeout: 20_000, stdin: 'ignore' });
  // It calls itself by the name of its file: `k6 v2.2.0 (commit/…, go1.26.8, linux/amd64)`.
  const version = /^\S+ v(\d+\.\d+\.\d+\S*) \([^)]*\bgo\d/m.exec(result.stdout ?? '')?.[1];
  if (result.failed || version === undefined) {
    const said = result.failed ? result.stderr || result.shortMessage || '' : 'it does not answer like k6';
    return { reason: said.trim().split('\n')[0] ?? '' };
  }
  if (!version.startsWith('2.')) return { reason: `it is version ${version}, needed is 2.x` };
  return { version };
}

/** The executable files of that name in the folders of PATH, in order. */
export async function programsOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    // An empty or relative entry means the current folder: nothing from there is to be run by accident.
    if (!isAbsolute(folder)) continue;
    const path = join(folder, name);
    if (await isExecutable(path)) found.push(path);
  }
  return found;
}

/** Whether a file exists that this user may execute. */
export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
