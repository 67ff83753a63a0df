import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ClockAnchor,
  OPERATION_VERSION,
  type Operation,
  type RunnerEnd,
} from '../../../history/operation.ts';
import { type History, readHistory } from '../../../history/read.ts';

export const run = 'abcdef01';
const id = (last: number): string => `${run}-0000-8000-8000-${String(last).padStart(12, '0')}`;

/** A call that took effect; `more` overrides any field, also with what the type forbids. */
export function record(index: number, more: Record<string, unknown> = {}): Operation {
  return {
    v: OPERATION_VERSION,
    run,
    runner: 'smoke',
    process: 0,
    index,
    scenario: 'smoke',
    f: 'unassign',
    input: { booking_id: id(1), table_ids: null },
    t0: index * 10,
    t1: index * 10 + 5,
    type: 'ok',
    class: 'ok',
    code: null,
    value: [id(2)],
    http: 200,
    retry: 0,
    ...more,
  } as Operation;
}

export function anchor(runner = 'smoke'): ClockAnchor {
  return { v: OPERATION_VERSION, anchor: true, run, runner, wall_ms: 1_780_000_000_000.5, error_ms: 0.02 };
}

export function end(recorded: number, begun = recorded, runner = 'smoke'): RunnerEnd {
  return { v: OPERATION_VERSION, end: true, run, runner, begun, recorded };
}

/** Lines of a file: objects as JSON, strings as they are. */
export function lines(...content: unknown[]): string {
  return content.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

/** A folder with these files, which is gone after the test. */
export async function historyFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ts-history-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** Reads one file of this text. */
export async function readText(text: string): Promise<History> {
  return readHistory(await historyFolder({ 'smoke.ndjson': text }), run);
}
