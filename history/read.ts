import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { describeIssues, refuseNewer } from '../contracts/json-file.ts';
import { type ClockAnchor, OPERATION_VERSION, type Operation, type RunnerEnd } from './operation.ts';
import { clockAnchorSchema, operationSchema, runnerEndSchema } from './schema.ts';

/** What the history files of a run hold. */
export interface History {
  /** Ordered by start, then by end; the times of different runners are on different clocks. */
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
  const files = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`${folder}: the history cannot be read (${messageOf(error)})`, [], error);
  });
  for (const name of files.filter((file) => file.endsWith('.ndjson')).sort()) {
    await readFileInto(history, path.join(folder, name), run);
  }
  history.operations.sort((a, b) => a.t0 - b.t0 || a.t1 - b.t1);
  return history;
}

async function readFileInto(history: History, file: string, run: string): Promise<void> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const seen = new Set<string>();
  const found: FileContent = { seen, ends: [] };
  let number = 0;
  let pending: { error: UsageError; number: number } | null = null;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    // A bad line is only forgiven when nothing follows it.
    if (pending) throw pending.error;
    const parsed = parseLine(line);
    if (parsed === undefined) {
      pending = {
        number,
        error: new UsageError(`${file}:${number}: is no valid JSON`, [
          'restore the file from the run that wrote it',
        ]),
      };
      continue;
    }
    addLine(history, parsed, `${file}:${number}`, run, found);
  }
  if (pending) history.warnings.push(`${file}:${pending.number}: the last line was cut off and is left out`);
  if (number === 0) history.warnings.push(`${file}: is empty`);
  noteIncomplete(history, path.basename(file, '.ndjson'), found);
}

interface FileContent {
  seen: Set<string>;
  ends: RunnerEnd[];
}

function noteIncomplete(history: History, runner: string, found: FileContent): void {
  const end = found.ends[0];
  if (!end) {
    history.incomplete.set(runner, 'its load generator did not come to its end');
  } else if (end.recorded > found.seen.size) {
    history.incomplete.set(
      runner,
      `${end.recorded - found.seen.size} of ${end.recorded} records are missing`,
    );
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

function addLine(history: History, data: unknown, place: string, run: string, found: FileContent): void {
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
  const record = result.data as ClockAnchor | RunnerEnd | Operation;
  if (record.run !== run) {
    throw new UsageError(`${place}: belongs to run ${record.run}, not to run ${run}`, [
      'keep each run in its own folder',
    ]);
  }
  if ('anchor' in record) {
    history.anchors.set(record.runner, record);
  } else if ('end' in record) {
    found.ends.push(record);
  } else {
    const id = `${record.runner}/${record.process}/${record.index}`;
    if (found.seen.has(id)) {
      throw new UsageError(`${place}: process ${record.process} has index ${record.index} twice`, [
        'restore the file from the run that wrote it',
      ]);
    }
    found.seen.add(id);
    history.operations.push(record);
  }
}

function isMarked(data: unknown, key: string): boolean {
  return typeof data === 'object' && data !== null && key in data;
}
