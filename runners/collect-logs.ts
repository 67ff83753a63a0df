import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { forEachLine } from '../history/lines.ts';
import { operationId } from '../history/operation.ts';
import { readLogLine } from './log-lines.ts';
import { readSummary, runnerSummarySchema } from './summary.ts';

/** Where what was collected goes. */
export interface CollectPlaces {
  historyOf(runner: string): string;
  k6SummaryOf(runner: string): string;
}

/** What was found in the logs of load generators. */
export interface Collected {
  /** Calls, by load generator; 0 for one that had nothing to do. */
  records: Map<string, number>;
  /** Lines that were there before, as when a log was read twice. */
  repeated: number;
  /** `file:line` of records that were cut off or spoilt. */
  damaged: string[];
  /** Lines that are no records. */
  other: number;
  /** Records of other runs, by their tag. */
  foreign: Map<string, number>;
  /** Load generators whose k6 said what it counted. */
  summaries: Set<string>;
}

/**
 * Sorts the records in logs of load generators into one history file for each, and the summaries among them into a file
 * each. Logs may be read twice, overlap, hold other lines, or end in the middle of one; all that is counted. History files
 * are replaced only when every log was read.
 *
 * @param run the run's tag
 * @param expected names of the run's load generators
 * @throws UsageError when a log cannot be read, when a load generator is none of the run's, or when one name stands for
 *   two different calls
 */
export async function collectLogs(
  run: string,
  files: readonly string[],
  expected: readonly string[],
  places: CollectPlaces,
): Promise<Collected> {
  const collector = new Collector(run, new Set(expected), places);
  try {
    for (const file of files) await collector.read(file);
    return await collector.finish();
  } catch (error) {
    await collector.giveUp();
    throw error;
  }
}

/**
 * Takes summaries that k6 wrote into files of their own.
 *
 * @throws UsageError when a file is no summary of the run's load generators
 */
export async function collectSummaries(
  run: string,
  files: readonly string[],
  expected: readonly string[],
  places: CollectPlaces,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of files) {
    const summary = await readSummary(file);
    if (summary === null || summary.run !== run || !expected.includes(summary.runner)) {
      const whose = summary === null ? 'is no summary' : `is of ${summary.runner} of run ${summary.run}`;
      throw new UsageError(`--summary ${file}: ${whose}`, [
        `give files that the scenarios wrote to TABLE_STRESS_SUMMARY in run ${run}`,
      ]);
    }
    await writeFile(places.k6SummaryOf(summary.runner), `${JSON.stringify(summary, null, 2)}\n`);
    found.add(summary.runner);
  }
  return found;
}

class Collector {
  private readonly run: string;
  private readonly expected: ReadonlySet<string>;
  private readonly places: CollectPlaces;
  private readonly streams = new Map<string, WriteStream>();
  /** Content by name of what may stand only once. */
  private readonly seen = new Map<string, string>();
  private readonly found: Collected = {
    records: new Map(),
    repeated: 0,
    damaged: [],
    other: 0,
    foreign: new Map(),
    summaries: new Set(),
  };
  private readonly summaries = new Map<string, string>();

  constructor(run: string, expected: ReadonlySet<string>, places: CollectPlaces) {
    this.run = run;
    this.expected = expected;
    this.places = places;
  }

  async read(file: string): Promise<void> {
    let number = 0;
    try {
      await forEachLine(file, (line) => {
        number += 1;
        this.take(line, `${path.basename(file)}:${number}`);
      });
    } catch (error) {
      if (!(error instanceof UsageError) || error.message.startsWith('--runner-log')) throw error;
      throw new UsageError(`--runner-log ${messageOf(error)}`, error.fixes, error);
    }
  }

  private take(line: string, place: string): void {
    const read = readLogLine(line);
    if (read.kind === 'other') {
      if (line.trim() !== '') this.found.other += 1;
      return;
    }
    if (read.kind === 'damaged') {
      this.found.damaged.push(place);
      return;
    }
    const { record, text } = read;
    const { run, runner } = record;
    if (typeof run !== 'string' || typeof runner !== 'string') {
      this.found.other += 1;
      return;
    }
    if (run !== this.run) {
      this.found.foreign.set(run, (this.found.foreign.get(run) ?? 0) + 1);
      return;
    }
    if (!this.expected.has(runner)) {
      throw new UsageError(`--runner-log ${place}: ${runner} is no load generator of this run`, [
        `this run was prepared for ${[...this.expected].join(', ')}: use as many segments as --runners said`,
      ]);
    }
    this.add(record, text, runner, place);
  }

  private add(record: Record<string, unknown>, text: string, runner: string, place: string): void {
    const name = nameOf(record, runner);
    const before = this.seen.get(name);
    if (before !== undefined) {
      // Of long records a part is kept that no two calls share: both instants.
      if (before === essenceOf(record, text)) this.found.repeated += 1;
      else {
        throw new UsageError(`--runner-log ${place}: ${name} stands for two different lines`, [
          'two load generators had the same segment, or one was started twice: prepare a new run',
        ]);
      }
      return;
    }
    this.seen.set(name, essenceOf(record, text));
    if ('summary' in record) {
      if (!runnerSummarySchema.safeParse(record).success) this.found.damaged.push(place);
      else this.summaries.set(runner, text);
      return;
    }
    const { records } = this.found;
    // Who had nothing to do was there all the same.
    records.set(runner, (records.get(runner) ?? 0) + ('f' in record ? 1 : 0));
    this.streamOf(runner).write(`${text}\n`);
  }

  private streamOf(runner: string): WriteStream {
    let stream = this.streams.get(runner);
    if (!stream) {
      stream = createWriteStream(`${this.places.historyOf(runner)}.part`);
      this.streams.set(runner, stream);
    }
    return stream;
  }

  async finish(): Promise<Collected> {
    for (const [runner, stream] of this.streams) {
      stream.end();
      await finished(stream);
      await rename(`${this.places.historyOf(runner)}.part`, this.places.historyOf(runner));
    }
    for (const [runner, text] of this.summaries) {
      await writeFile(this.places.k6SummaryOf(runner), `${text}\n`);
      this.found.summaries.add(runner);
    }
    return this.found;
  }

  async giveUp(): Promise<void> {
    for (const [runner, stream] of this.streams) {
      stream.destroy();
      await finished(stream).catch(() => {});
      await rm(`${this.places.historyOf(runner)}.part`, { force: true });
    }
  }
}

function nameOf(record: Record<string, unknown>, runner: string): string {
  if ('anchor' in record) return `the anchor of ${runner}`;
  if ('end' in record) return `the end of ${runner}`;
  if ('summary' in record) return `the summary of ${runner}`;
  return operationId({ runner, process: Number(record.process), index: Number(record.index) });
}

function essenceOf(record: Record<string, unknown>, text: string): string {
  return 'f' in record ? `${record.t0} ${record.t1}` : text;
}
