import { expect, it } from 'vitest';
import { parseListed, parseStat, serverCpuSeconds } from '../../../observe/server-cpu.ts';

it('reads /proc/PID/stat, whatever the name holds', () => {
  const text = '12 (postgres: a) b) S 7 12 12 0 -1 4194560 1 2 3 4 150 50 300 100 20 0 1 0 5 6 7';
  expect(parseStat(12, text)).toEqual({ pid: 12, parent: 7, name: 'postgres: a) b', own: 2, ended: 4 });
  expect(parseStat(12, '')).toBeNull();
});

it.each([
  [
    '  812   1  0:01.50 /usr/lib/postgresql/bin/postgres',
    { pid: 812, parent: 1, name: '/usr/lib/postgresql/bin/postgres', own: 1.5, ended: 0 },
  ],
  [
    '  813 812 1-00:00:01 postgres: checkpointer  ',
    { pid: 813, parent: 812, name: 'postgres: checkpointer', own: 86_401, ended: 0 },
  ],
  ['', null],
])('reads a line of ps: %j', (line, expected) => expect(parseListed(line)).toEqual(expected));

it('is not known of a server that is not there', async () => {
  expect(await serverCpuSeconds(2 ** 22 + 1)).toBeNull();
});

it('counts a process with its children', async () => {
  expect(await serverCpuSeconds(process.pid)).toBeGreaterThan(0.1);
});
