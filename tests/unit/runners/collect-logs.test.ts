import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectLogs, collectSummaries } from '../../../runners/collect-logs.ts';
import { readLogLine } from '../../../runners/log-lines.ts';
import { describeCollected } from '../../../scripts/run/describe-collected.ts';

const run = 'abcdef01';
const expected = ['rush-1', 'rush-2'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ts-collect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const places = {
  historyOf: (runner: string) => path.join(folder, `${runner}.ndjson`),
  k6SummaryOf: (runner: string) => path.join(folder, `${runner}.json`),
};
const anchor = (runner: string): string =>
  JSON.stringify({ v: 1, anchor: true, run, runner, wall_ms: 1, error_ms: 0.1 });
const call = (runner: string, index: number, t0 = index, tag = run): string =>
  JSON.stringify({ v: 1, run: tag, runner, process: 0, index, f: 'status', t0, t1: t0 + 1 });
const end = (runner: string): string =>
  JSON.stringify({ v: 1, end: true, run, runner, begun: 1, recorded: 1 });
const summary = (runner: string): string =>
  JSON.stringify({ v: 1, summary: true, run, runner, metrics: { iterations: { values: { count: 1 } } } });

function log(name: string, ...lines: string[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

const linesOf = (runner: string): string[] =>
  readFileSync(places.historyOf(runner), 'utf8').trim().split('\n');

describe('logs of load generators', () => {
  it('are sorted by load generator, whatever log a record stands in', async () => {
    const file = log(
      'all.log',
      anchor('rush-1'),
      anchor('rush-2'),
      call('rush-1', 0),
      call('rush-2', 0),
      end('rush-1'),
    );
    const found = await collectLogs(run, [file], expected, places);
    expect(linesOf('rush-1')).toEqual([anchor('rush-1'), call('rush-1', 0), end('rush-1')]);
    expect(linesOf('rush-2')).toEqual([anchor('rush-2'), call('rush-2', 0)]);
    expect([...found.records]).toEqual([
      ['rush-1', 1],
      ['rush-2', 1],
    ]);
  });

  it('may hold other lines, prefixes, half lines, lines twice and other runs; all is counted', async () => {
    const first = log(
      'one.log',
      'time="2026-11-27T00:00:00Z" level=warning msg="something"',
      `2026-11-27T00:00:00.000000000Z ${anchor('rush-1')}`,
      `[pod/rush-1/k6] ${call('rush-1', 0)}`,
      call('rush-1', 0, 0, '12345678'),
      '{"v":1,"run":"abcdef01","runner":"rush-1","proc',
      '{"other":"json"}',
      '{"v":2}',
    );
    const second = log('two.log', call('rush-1', 0), call('rush-1', 1), '', '{"v":1,"run":"abc');
    const found = await collectLogs(run, [first, second], expected, places);
    expect(linesOf('rush-1')).toEqual([anchor('rush-1'), call('rush-1', 0), call('rush-1', 1)]);
    expect(found).toMatchObject({ repeated: 1, other: 3, damaged: ['one.log:5', 'two.log:4'] });
    expect([...found.foreign]).toEqual([['12345678', 1]]);
    expect(describeCollected(found, expected)).toEqual({
      headline: '2 calls of 1 of 2 load generators; 1 line twice, taken once; 3 lines without a record',
      notes: [
        'nothing of rush-2',
        'records were cut off: one.log:5, two.log:4',
        '1 line of another run (12345678) left out',
        'no summary of rush-1: dropped arrivals of theirs are not known',
      ],
    });
  });

  it('give their summaries away', async () => {
    const file = log('one.log', anchor('rush-1'), end('rush-1'), summary('rush-1'));
    const found = await collectLogs(run, [file], ['rush-1'], places);
    expect(linesOf('rush-1')).toEqual([anchor('rush-1'), end('rush-1')]);
    expect(JSON.parse(readFileSync(places.k6SummaryOf('rush-1'), 'utf8'))).toMatchObject({
      runner: 'rush-1',
    });
    // Who had nothing to do is not missed.
    expect(describeCollected(found, ['rush-1']).notes).toEqual([]);
  });

  it.each([
    [
      'of a load generator that the run has not',
      [call('rush-9', 0)],
      'one.log:1: rush-9 is no load generator',
    ],
    [
      'of two that were the same segment',
      [call('rush-1', 0, 5), call('rush-1', 0, 6)],
      'one.log:2: rush-1/p0#0 stands for two different lines',
    ],
    [
      'of one that was started twice',
      [anchor('rush-1'), anchor('rush-1').replace('"wall_ms":1', '"wall_ms":2')],
      'one.log:2: the anchor of rush-1 stands for two',
    ],
  ])('%s are refused, and change nothing', async (_, lines, message) => {
    writeFileSync(places.historyOf('rush-1'), 'as before');
    const file = log('one.log', ...lines);
    await expect(collectLogs(run, [file], expected, places)).rejects.toThrow(message);
    expect(readFileSync(places.historyOf('rush-1'), 'utf8')).toBe('as before');
    expect(existsSync(`${places.historyOf('rush-1')}.part`)).toBe(false);
  });

  it('that are not there are named', async () => {
    await expect(collectLogs(run, [path.join(folder, 'none.log')], expected, places)).rejects.toThrow(
      /^--runner-log .*none\.log: cannot be read/,
    );
  });
});

describe('summaries in files of their own', () => {
  it('go to their load generators', async () => {
    const file = log('summary.json', summary('rush-2'));
    expect(await collectSummaries(run, [file], expected, places)).toEqual(new Set(['rush-2']));
    expect(JSON.parse(readFileSync(places.k6SummaryOf('rush-2'), 'utf8'))).toMatchObject({ run });
  });

  it.each([
    ['{"metrics":{}}', 'is no summary'],
    [summary('rush-9'), 'is of rush-9 of run abcdef01'],
    [summary('rush-1').replace(run, '12345678'), 'is of rush-1 of run 12345678'],
  ])('%s is refused', async (text, message) => {
    await expect(collectSummaries(run, [log('summary.json', text)], expected, places)).rejects.toThrow(
      message,
    );
  });
});

it('a record is found behind what a collector of logs puts before it', () => {
  expect(readLogLine(`2026 stdout F ${call('rush-1', 0)}  `)).toMatchObject({
    kind: 'record',
    text: call('rush-1', 0),
  });
  expect(readLogLine('{"v":1,"run"')).toEqual({ kind: 'damaged' });
  expect(readLogLine('level=info')).toEqual({ kind: 'other' });
});
