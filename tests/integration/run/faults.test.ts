import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { childOf, descendants, survivors } from './processes.ts';
import {
  readManifest,
  readVerdict,
  root,
  runFolderIn,
  start,
  temporaryFolder,
  thresholdsWith,
  verdicts,
  withLongLoad,
} from './program.ts';

/** Starts a hot-table run, which would go on for long, and waits until so many calls are made that they have contended. */
async function underLoad(out: string) {
  const args = ['run', 'hot-table', '--seed', '5', '--thresholds', thresholdsWith(withLongLoad)];
  const program = start([...args, '--out', out]);
  await program.until(/hot-table\s+[1-9]\d{2,} calls/);
  return { program, pids: descendants(program.pid).map((each) => each.pid) };
}

describe('a run that is disturbed', () => {
  it('ends with exit 3 and never passes when PostgreSQL is killed', async () => {
    const out = temporaryFolder();
    const { program, pids } = await underLoad(out);
    process.kill(childOf(program.pid, /\/postgres -D|\/postgres .*-D/), 'SIGKILL');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(3);
    expect(readVerdict(out).verdict).not.toBe('pass');
    expect(readManifest(out).failure?.message).toContain('PostgreSQL ended during the run');
    expect(await survivors(pids)).toEqual([]);
  });

  it('is unknown, tears down and says why when k6 is killed', async () => {
    const out = temporaryFolder();
    const { program, pids } = await underLoad(out);
    process.kill(childOf(program.pid, /k6.* run /), 'SIGKILL');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(4);
    const verdict = readVerdict(out);
    expect(verdict.verdict).toBe('unknown');
    expect(verdict.headline).toContain('k6 was ended by SIGKILL');
    expect(verdicts(verdict)['no-double-booking']).toBe('pass');
    expect(verdicts(verdict).isolated).toBe('pass');
    expect(await survivors(pids)).toEqual([]);
  });

  it('tears down and exits with 130 after one Ctrl-C', async () => {
    const out = temporaryFolder();
    const { program, pids } = await underLoad(out);
    program.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/teardown\s+\d+ rows deleted, 0 left/);
    expect(readVerdict(out).exit_code).toBe(130);
    expect(verdicts(readVerdict(out)).isolated).toBe('pass');
    expect(await survivors(pids)).toEqual([]);
  });

  it('stops at once after two Ctrl-C, says how to clean up, and leaves no process', async () => {
    const out = temporaryFolder();
    const { program, pids } = await underLoad(out);
    // A load generator that does not stop: the run waits for it until it is ended by force.
    process.kill(childOf(program.pid, /k6.* run /), 'SIGSTOP');
    program.kill('SIGINT');
    await program.until(/once more stops at once/);
    await delay(500);
    program.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('stopped at once. The embedded target ends by itself; nothing is left.');
    expect(await survivors(pids)).toEqual([]);
  });

  it('takes a doubled signal, as npm sends it, for one', async () => {
    const out = temporaryFolder();
    const { program } = await underLoad(out);
    // Whoever stands still gets both at once, however far apart they were sent; two of one name would then be one.
    program.kill('SIGSTOP');
    program.kill('SIGINT');
    program.kill('SIGTERM');
    program.kill('SIGCONT');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(/teardown\s+\d+ rows deleted, 0 left/);
  });

  it('leaves no process when it is killed itself, and its folder can be judged', async () => {
    const out = temporaryFolder();
    const { program, pids } = await underLoad(out);
    program.kill('SIGKILL');
    await program.ended;
    expect(await survivors(pids)).toEqual([]);
    const again = await start(['verify', runFolderIn(out), '--json']).ended;
    expect(again.code, again.stderr).toBe(4);
    expect(JSON.parse(again.stdout).verdict).toBe('unknown');
  });

  it('interrupts while the target starts', async () => {
    const out = temporaryFolder();
    const program = start(['run', 'smoke', '--out', out]);
    await program.until(/k6 .*\(/);
    program.kill('SIGTERM');
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(130);
    expect(readFileSync(path.join(root, 'package.json'), 'utf8')).toContain('table-stress');
  });
});
