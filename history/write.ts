import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { answeredValue } from './answered.ts';
import { classify } from './classify.ts';
import {
  type ClockAnchor,
  type ErrorValue,
  OPERATION_VERSION,
  type Operation,
  type RunnerEnd,
} from './operation.ts';

/** What came back, as supabase-js shows it. */
export interface Answered {
  /** HTTP status, 0 without an answer. */
  http: number;
  /** null for success. */
  error: (ErrorValue & { code: string | null }) | null;
  body: unknown;
}

/** Names that stand in each record. */
export interface RunnerNames {
  run: string;
  runner: string;
  scenario: string;
}

/**
 * Writes the history of a runner that is this very process, as k6 does for its own: the anchor of its clock, a line for
 * each call when it has ended, and the number of calls.
 */
export class HistoryWriter {
  private readonly file: WriteStream;
  private readonly names: RunnerNames;
  private begun = 0;
  private recorded = 0;

  constructor(file: string, names: RunnerNames) {
    this.file = createWriteStream(file);
    this.names = names;
    const { run, runner } = names;
    // Both come from one clock, so there is no error but that of the last digit.
    const anchor: ClockAnchor = {
      v: OPERATION_VERSION,
      anchor: true,
      run,
      runner,
      wall_ms: performance.timeOrigin,
      error_ms: 0.001,
    };
    this.write(anchor);
  }

  /** Makes a call and writes its record. Returns the record. */
  async record<F extends Operation['f']>(
    process: number,
    f: F,
    input: Extract<Operation, { f: F }>['input'],
    call: () => PromiseLike<Answered>,
  ): Promise<Operation> {
    const index = this.begun;
    this.begun += 1;
    const t0 = now();
    const { http, error, body } = await call();
    const t1 = now();
    const code = error?.code || null;
    const result = classify({ http, code, message: error?.message ?? '', readOnly: f === 'status' });
    const operation = {
      v: OPERATION_VERSION,
      ...this.names,
      process,
      index,
      f,
      input,
      t0,
      t1,
      type: result.type,
      class: result.class,
      code,
      value: result.type === 'ok' ? answeredValue(f, body) : errorValue(error),
      http,
      retry: 0,
      expect: ['ok'],
    } as Operation;
    this.write(operation);
    this.recorded += 1;
    return operation;
  }

  /** Writes the last line, which tells a complete history from one that was cut off. */
  async end(): Promise<void> {
    const { run, runner } = this.names;
    const end: RunnerEnd = {
      v: OPERATION_VERSION,
      end: true,
      run,
      runner,
      begun: this.begun,
      recorded: this.recorded,
    };
    this.write(end);
    await this.close();
  }

  /** Closes the file without it: the runner did not come to its end. */
  async close(): Promise<void> {
    this.file.end();
    await finished(this.file);
  }

  private write(line: ClockAnchor | Operation | RunnerEnd): void {
    this.file.write(`${JSON.stringify(line)}\n`);
  }
}

/** Nanoseconds on this process's monotonic clock. */
function now(): number {
  return Math.round(performance.now() * 1e6);
}

function errorValue(error: Answered['error']): ErrorValue | null {
  return error && { message: error.message, details: error.details || null, hint: error.hint || null };
}
