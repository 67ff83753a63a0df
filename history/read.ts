import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { describeIssues, refuseNewer } from '../contracts/json-file.ts';
import { alignClocks } from './align.ts';
import { fillRow } from './columns/fill-row.ts';
import { type FileToRead, readLines } from './columns/read-lines.ts';
import { SHORTEST } from './columns/read-range.ts';
import { emptyRecorded, type Recorded, remember } from './columns/recorded.ts';
import { sortByStart } from './columns/sort.ts';
import { Records } from './columns/view.ts';
import {
  type ClockAnchor,
  OPERATION_VERSION,
  type Operation,
  operationId,
  type RunnerEnd,
} from './operation.ts';
import { RecordReader } from './record-reader.ts';
import { clockAnchorSchema, type HistoryLine, operationSchema, runnerEndSchema, tag } from './schema.ts';
import { SeenOperations } from './seen.ts';
import type { Thread } from './threads/thread.ts';

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
  const { recorded, ...history } = await readColumns(folder, run);
  const records = new Records(recorded, run);
  const operations = Array.from({ length: recorded.count }, (_, row) => records.at(row));
  remember(operations, recorded);
  return { operations, ...history };
}

/** From so many operations on, records are made field by field: before, the memory that this saves is not worth it. */
const MANY = 20_000;

/**
 * Reads a history as `readHistory` does, but leaves the records of a large one in columns: operations are then views that
 * give the value of each field, but have no fields of their own. `wholeRecord` gives the record.
 *
 * @param thread reads half of each large file
 * @throws UsageError that names file, line and field
 */
export async function readLargeHistory(
  folder: string,
  run: string,
  thread: Thread | null = null,
): Promise<History> {
  const { recorded, ...history } = await readColumns(folder, run, thread);
  const records = new Records(recorded, run);
  const operations =
    recorded.count < MANY
      ? Array.from({ length: recorded.count }, (_, row) => records.at(row))
      : records.views();
  remember(operations, recorded);
  return { operations, ...history };
}

/** Files of so many bytes are read by two threads. */
const HALVED = 1 << 23;

type ReadColumns = Omit<History, 'operations'> & { recorded: Recorded };

async function readColumns(folder: string, run: string, thread: Thread | null = null): Promise<ReadColumns> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`${folder}: the history cannot be read (${messageOf(error)})`, [], error);
  });
  const files = names.filter((name) => name.endsWith('.ndjson')).sort();
  const paths = files.map((name) => path.join(folder, name));
  const sizes = await Promise.all(
    paths.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const recorded = emptyRecorded(Math.ceil(sizes.reduce((sum, size) => sum + size, 16) / SHORTEST));
  const history = { anchors: new Map(), incomplete: new Map(), warnings: [] };
  const reading = { run, records: new RecordReader(run), seen: new SeenOperations(), recorded };
  for (const [index, file] of paths.entries()) {
    const size = sizes[index] ?? 0;
    await readFileInto(history, { file, size, thread: size < HALVED ? null : thread }, reading);
  }
  alignClocks(recorded, history.anchors);
  sortByStart(recorded);
  return { ...history, recorded };
}

/** What stays the same over all files. */
interface Reading {
  run: string;
  records: RecordReader;
  /** An operation's name is unique in the run, and a copied file would double every effect. */
  seen: SeenOperations;
  recorded: Recorded;
}

async function readFileInto(
  history: Omit<History, 'operations'>,
  { file, ...how }: FileToRead,
  reading: Reading,
): Promise<void> {
  const { recorded } = reading;
  const runners = new Map<string, RunnerContent>();
  let last = 0;
  let pending: { error: UsageError; number: number } | null = null;
  const usual = tag.safeParse(reading.run).success ? reading.run : null;
  await readLines({ file, ...how }, recorded, usual, {
    record(number) {
      last = number;
      if (pending) throw pending.error;
      const { columns, words, count } = recorded;
      const runner = words.text(columns.runner[count] as number);
      const [process = 0, index = 0] = [columns.process[count], columns.index[count]];
      takeRecord({ runner, process, index }, { file, number }, reading, runners);
    },
    other(line, number) {
      last = number;
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
    },
  });
  const cut = pending as { number: number } | null;
  if (cut) history.warnings.push(`${file}:${cut.number}: the last line was cut off and is left out`);
  if (last === 0) history.warnings.push(`${file}: is empty`);
  if (runners.size === 0) noteIncomplete(history, path.basename(file, '.ndjson'), NOTHING);
  for (const [runner, content] of runners) noteIncomplete(history, runner, content);
}

interface RunnerContent {
  records: number;
  end: RunnerEnd | null;
}

const NOTHING: RunnerContent = { records: 0, end: null };

function noteIncomplete(
  history: Omit<History, 'operations'>,
  runner: string,
  { records, end }: RunnerContent,
): void {
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
  history: Omit<History, 'operations'>,
  data: unknown,
  place: Place,
  reading: Reading,
  runners: Map<string, RunnerContent>,
): void {
  const { run, records, recorded } = reading;
  const record = records.read(data) ?? checkedLine(data, `${place.file}:${place.number}`, run);
  if ('anchor' in record) {
    contentOf(record, runners);
    history.anchors.set(record.runner, record);
  } else if ('end' in record) {
    contentOf(record, runners).end = record;
  } else {
    fillRow(recorded, recorded.count, record);
    recorded.others.set(recorded.count, record);
    takeRecord(record, place, reading, runners);
  }
}

interface Place {
  file: string;
  number: number;
}

/** Counts the record that was read last. */
function takeRecord(
  operation: Pick<Operation, 'runner' | 'process' | 'index'>,
  { file, number }: Place,
  { seen, recorded }: Reading,
  runners: Map<string, RunnerContent>,
): void {
  if (!seen.add(operation)) {
    throw new UsageError(`${file}:${number}: the operation ${operationId(operation)} is recorded twice`, [
      'restore the file from the run that wrote it',
    ]);
  }
  contentOf(operation, runners).records += 1;
  recorded.count += 1;
}

function contentOf({ runner }: { runner: string }, runners: Map<string, RunnerContent>): RunnerContent {
  let content = runners.get(runner);
  if (!content) {
    content = { ...NOTHING };
    runners.set(runner, content);
  }
  return content;
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
