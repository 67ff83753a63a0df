import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startWatchdog } from '../../../target/watchdog.ts';
import { scratchFolder } from './scratch.ts';

const watchdogScript = fileURLToPath(new URL('../../../target/watchdog.sh', import.meta.url));

function victim(command = 'sleep 60'): { child: ChildProcess; ended: Promise<unknown[]> } {
  const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: once(child, 'exit') };
}

it('ends processes and removes folders when its pipe ends without a word', async () => {
  const folder = join(await scratchFolder(), 'with a space');
  await mkdir(join(folder, 'deep'), { recursive: true });
  // Two that go by their own signal, one that ignores it and gets SIGKILL.
  const quit = victim('trap "exit 7" QUIT; echo; while :; do sleep 0.1; done');
  const stubborn = victim('trap "" TERM; echo; while :; do sleep 0.1; done');
  await Promise.all([once(quit.child.stdout as never, 'data'), once(stubborn.child.stdout as never, 'data')]);
  const killed = victim();
  const spared = victim();
  const watchdog = spawn('/bin/sh', [watchdogScript], { stdio: ['pipe', 'ignore', 'ignore'] });
  watchdog.stdin.write(`process ${quit.child.pid} QUIT\nprocess ${stubborn.child.pid} TERM\n`);
  watchdog.stdin.write(`process ${killed.child.pid} KILL\nprocess ${spared.child.pid} KILL\n`);
  watchdog.stdin.write(`folder ${folder}\nforget ${spared.child.pid}\n`);
  watchdog.stdin.end();
  expect(await quit.ended).toEqual([7, null]);
  expect(await stubborn.ended).toEqual([null, 'SIGKILL']);
  expect(await killed.ended).toEqual([null, 'SIGKILL']);
  await once(watchdog, 'exit');
  expect(existsSync(folder)).toBe(false);
  expect(spared.child.exitCode ?? spared.child.signalCode).toBeNull();
}, 60_000);

it('does nothing once dismissed, and dismissing can be repeated', async () => {
  const folder = await scratchFolder();
  const { child } = victim();
  const watchdog = await startWatchdog();
  watchdog.supervise(child.pid as number);
  watchdog.removeFolder(folder);
  await watchdog.dismiss();
  await watchdog.dismiss();
  expect(() => process.kill(watchdog.pid, 0)).toThrow('ESRCH');
  expect(existsSync(folder)).toBe(true);
  expect(child.exitCode ?? child.signalCode).toBeNull();
});
