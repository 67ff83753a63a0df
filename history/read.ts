import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { describeIssues, refuseNewer } from '../contracts/json-file.ts';
import { alignClocks } from './align.ts';
import { forEachLine } from './lines.ts';
import {
  type ClockAnchor,
  OPERATION_VERSION,
  type Operation,
  operationId,
  type RunnerEnd,
} from './operation.ts';
import { RecordReader } from './record-reader.ts';
import { clockAnchorSchema, type HistoryLine, operationSchema, runnerEndSchema } from './schema.ts';
import { SeenOperations } from './seen.ts';

/** What the history files of a run hold. */
export interface History {
  /** Ordered by start, then by end. Runners that shared a scenario are on one clock, see `align.ts`; else each on its own. */
  operations: Operation[];
  anchors: Map<string, ClockAnchor>;
  /** Runners whose history lacks records, with the reason; effects without a record are then unknown. */
  incomplete: Map<string, string>;
  /** Problems that leave the rest usable, such as a last line that was cut off. */
  warnings: string[];
}

/**
 * Reads every `*.ndjson` file of the folder, a line at a time.
 *
 * A last line that was cut off (the writer was killed) is left out with a warning. A malformed line anywhere else, a
 * line of another run or of a newer format is refused: a verdict over a history that is not what it claims to be
 * would be worth nothing.
 *
 * @param run the run's tag; lines of another run are refused
 * @throws UsageError that names file, line and field
 */
export async function readHistory(folder: string, run: string): Promise<History> {
  const history: History = { operations: [], anchors: new Map(), incomplete: new Map(), warnings: [] };
  const reading: Reading = { run, records: new RecordReader(run), seen: new SeenOperations() };
  const files = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`${folder}: the history cannot be read (${messageOf(error)})`, [], error);
  });
  for (const name of files.filter((file) => file.endsWith('.ndjson')).sort()) {
    await readFileInto(history, path.join(folder, name), reading);
  }
  alignClocks(history.operations, history.anchors);
  history.operations.sort((a, b) => a.t0 - b.t0 || a.t1 - b.t1);
  return history;
}

/** What stays the same over all files. */
interface Reading {
  run: string;
  records: RecordReader;
  /** An operation's name is unique in the run, and a copied file would double every effect. */
  seen: SeenOperations;
}

async function readFileInto(history: History, file: string, reading: Reading): Promise<void> {
  const runners = new Map<string, RunnerContent>();
  let number = 0;
  let pending: { error: UsageError; number: number } | null = null;
  await forEachLine(file, (line) => {
    number += 1;
    if (line.trim() === '') return;
    // A bad line is only forgiven when nothing follows it.
    if (pending) throw pending.error;
    const parsed = parseLine(line);
    if (parsed === undefined) {
      const error = new UsageError(`${file}:${number}: is no valid JSON`, [
        'restore the file from the run that wrote it',
      ]);
      pending = { number, error };
    } else addLine(history, parsed, { file, number }, reading, runners);
  });
  const cut = pending as { number: number } | null;
  if (cut) history.warnings.push(`${file}:${cut.number}: the last line was cut off and is left out`);
  if (number === 0) history.warnings.push(`${file}: is empty`);
  if (runners.size === 0) noteIncomplete(history, path.basename(file, '.ndjson'), NOTHING);
  for (const [runner, content] of runners) noteIncomplete(history, runner, content);
}

interface RunnerContent {
  records: number;
  end: RunnerEnd | null;
}

const NOTHING: RunnerContent = { records: 0, end: null };

function noteIncomplete(history: History, runner: string, { records, end }: RunnerContent): void {
  if (!end) {
    history.incomplete.set(runner, 'its load generator did not come to its end');
  } else if (end.recorded > records) {
    history.incomplete.set(runner, `${end.recorded - records} of ${end.recorded} records are missing`);
  } else if (end.begun > end.recorded) {
    history.incomplete.set(runner, `${end.begun - end.recorded} calls were cut off before their record`);
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function addLine(
  history: History,
  data: unknown,
  { file, number }: { file: string; number: number },
  { run, records, seen }: Reading,
  runners: Map<string, RunnerContent>,
): void {
  const record = records.read(data) ?? checkedLine(data, `${file}:${number}`, run);
  let content = runners.get(record.runner);
  if (!content) {
    content = { ...NOTHING };
    runners.set(record.runner, content);
  }
  if ('anchor' in record) {
    history.anchors.set(record.runner, record);
  } else if ('end' in record) {
    content.end = record;
  } else {
    if (!seen.add(record)) {
      throw new UsageError(`${file}:${number}: the operation ${operationId(record)} is recorded twice`, [
        'restore the file from the run that wrote it',
      ]);
    }
    content.records += 1;
    history.operations.push(record);
  }
}

/** Reads a line of any kind, and says what is wrong with it. */
function checkedLine(data: unknown, place: string, run: string): HistoryLine {
  refuseNewer(place, data, OPERATION_VERSION);
  const schema = isMarked(data, 'anchor')
    ? clockAnchorSchema
    : isMarked(data, 'end')
      ? runnerEndSchema
      : operationSchema;
  const result = schema.safeParse(data);
  if (!result.success) {
    throw new UsageError(`${place}: is no operation record: ${describeIssues(result.error, data)}`, [
      'restore the file from the run that wrote it',
    ]);
  }
  const record = result.data as HistoryLine;
  if (record.run !== run) {
    throw new UsageError(`${place}: belongs to run ${record.run}, not to run ${run}`, [
      'keep each run in its own folder',
    ]);
  }
  return record;
}

function isMarked(data: unknown, key: string): boolean {
  return typeof data === 'object' && data !== null && key in data;
}
