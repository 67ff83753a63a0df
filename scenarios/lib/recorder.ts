import { sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { answeredValue } from '../../history/answered.ts';
import { classify } from '../../history/classify.ts';
import {
  OPERATION_VERSION,
  type Operation,
  type OperationName,
  operationNames,
  type RoundMark,
} from '../../history/operation.ts';
import type { Reply } from './client.ts';

const begun = new Counter('calls_begun');
const durations = Object.fromEntries(
  operationNames.map((name) => [name, new Trend(`${name}_duration`, true)]),
);
/** Their sum is the number of calls recorded; k6 has no threshold over how often a trend was added to. */
const samples = Object.fromEntries(operationNames.map((name) => [name, new Counter(`${name}_samples`)]));

const readOnly: ReadonlySet<OperationName> = new Set(['status']);

/** Seconds. */
const BACK_OFF_S = 0.3;

/** What may be noted with a call besides its input. */
export interface Note {
  round?: RoundMark;
  expect?: string[];
  retry?: number;
}

/**
 * Writes one line for each call of a virtual user, on k6's console, which goes to the history file
 * (`--console-output FILE --log-format raw`): virtual users can write no files of their own.
 */
export class Recorder {
  private process: number;
  private index = 0;
  private readonly run: string;
  private readonly runner: string;
  private readonly scenario: string;
  private readonly stride: number;

  /**
   * @param first number of this virtual user, from 0
   * @param stride how many virtual users there are: process ids of one user are that far apart
   */
  constructor(names: { run: string; runner: string; scenario: string }, first: number, stride: number) {
    this.run = names.run;
    this.runner = names.runner;
    this.scenario = names.scenario;
    this.process = first;
    this.stride = stride;
  }

  /** Makes the call and writes its record. Returns the record. */
  record<F extends Operation['f']>(
    f: F,
    input: Extract<Operation, { f: F }>['input'],
    call: () => Reply,
    note: Note = {},
  ): Operation {
    begun.add(1);
    const reply = call();
    const result = classify({
      http: reply.http,
      code: reply.code,
      message: reply.error?.message ?? '',
      readOnly: readOnly.has(f),
    });
    const operation = {
      v: OPERATION_VERSION,
      run: this.run,
      runner: this.runner,
      process: this.process,
      index: this.index,
      scenario: this.scenario,
      f,
      input,
      t0: reply.t0,
      t1: reply.t1,
      type: result.type,
      class: result.class,
      code: reply.code ?? (reply.transport === null ? null : `k6-${reply.transport}`),
      value: result.type === 'ok' ? answeredValue(f, reply.body) : reply.error,
      http: reply.http,
      retry: note.retry ?? 0,
      round: note.round,
      expect: note.expect,
    } as Operation;
    console.log(JSON.stringify(operation));
    this.index += 1;
    // Nobody knows whether the call still runs: whoever goes on is another process, else it would not be sequential.
    if (operation.type === 'info') this.process += this.stride;
    durations[f]?.add((reply.t1 - reply.t0) / 1e6);
    samples[f]?.add(1);
    // PostgREST has no database to hand the call on to: asking again at once would only burn what is planned.
    if (operation.class === 'connection' && reply.http === 503) sleep(BACK_OFF_S);
    return operation;
  }
}
