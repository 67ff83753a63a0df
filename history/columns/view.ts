import {
  OPERATION_VERSION,
  type Operation,
  operationNames,
  operationTypes,
  resultClasses,
} from '../operation.ts';
import { Answer, HAS_ROUND, REQUIRES_ADJACENCY } from './columns.ts';
import type { Recorded } from './recorded.ts';

/** Makes records of what columns hold. */
export class Records {
  readonly recorded: Recorded;
  private readonly run: string;
  /** Lists of tables by the word of the only one, and by set: nobody can change them. */
  private readonly single: (string[] | undefined)[] = [];
  private readonly several: (string[] | undefined)[] = [];

  constructor(recorded: Recorded, run: string) {
    this.recorded = recorded;
    this.run = run;
  }

  /** The record of a row, complete. */
  at(row: number): Operation {
    const other = this.recorded.others.get(row);
    if (other) return other;
    const { columns, words } = this.recorded;
    const round = this.round(row);
    const expect = this.expect(row);
    return {
      v: OPERATION_VERSION,
      run: this.run,
      runner: words.text(columns.runner[row] as number),
      process: columns.process[row],
      index: columns.index[row],
      scenario: words.text(columns.scenario[row] as number),
      t0: columns.t0[row],
      t1: columns.t1[row],
      type: operationTypes[columns.type[row] as number],
      class: resultClasses[columns.class[row] as number],
      code: words.textOrNull(columns.code[row] as number),
      http: columns.http[row],
      retry: columns.retry[row],
      ...(round && { round }),
      ...(expect && { expect }),
      f: operationNames[columns.f[row] as number],
      input: this.input(row),
      value: this.value(row),
    } as unknown as Operation;
  }

  /** The records of all rows, in their order: of each only what is asked for is made, and only when it is. */
  views(): Operation[] {
    const { count, others } = this.recorded;
    const views: Operation[] = [];
    for (let row = 0; row < count; row += 1) {
      views.push(others.get(row) ?? (new View(this, row) as unknown as Operation));
    }
    return views;
  }

  round(row: number): object | undefined {
    const { columns, words } = this.recorded;
    if (((columns.flags[row] as number) & HAS_ROUND) === 0) return undefined;
    return {
      round: columns.round[row],
      slot: words.textOrNull(columns.slot[row] as number),
      scheduled: columns.scheduled[row],
    };
  }

  expect(row: number): string[] | undefined {
    const { columns, words } = this.recorded;
    const expect = columns.expect[row] as number;
    return expect === 0 ? undefined : (JSON.parse(words.text(expect)) as string[]);
  }

  input(row: number): object {
    const { columns, words } = this.recorded;
    const table_ids = this.tables(columns.tables[row] as number);
    switch (operationNames[columns.f[row] as number]) {
      case 'refresh':
        return { table_id: table_ids?.[0] };
      case 'status':
        return { table_ids };
      case 'unassign':
        return { booking_id: words.text(columns.booking[row] as number), table_ids };
      default:
        return {
          booking_id: words.text(columns.booking[row] as number),
          table_ids,
          idempotency_key: words.textOrNull(columns.key[row] as number),
          require_adjacency: ((columns.flags[row] as number) & REQUIRES_ADJACENCY) !== 0,
          start_at: words.textOrNull(columns.start[row] as number),
          end_at: words.textOrNull(columns.end[row] as number),
        };
    }
  }

  value(row: number): unknown {
    const { columns, words } = this.recorded;
    const answer = columns.answer[row] as number;
    switch (columns.kind[row]) {
      case Answer.none:
        return null;
      case Answer.tables:
        return this.tables(columns.answered[row] as number);
      case Answer.status:
        return { [words.text(columns.answered[row] as number)]: words.text(answer) };
      case Answer.rows:
        return this.tables(columns.answered[row] as number)?.map((table_id) => ({
          table_id,
          start_at: words.textOrNull(columns.answeredStart[row] as number),
          end_at: words.textOrNull(columns.answeredEnd[row] as number),
          merge_group_id: words.textOrNull(answer),
        }));
      default:
        return {
          message: words.text(answer),
          details: words.textOrNull(columns.details[row] as number),
          hint: words.textOrNull(columns.hint[row] as number),
        };
    }
  }

  private tables(set: number): string[] | null {
    if (set === 0) return null;
    const [lists, place] = set > 0 ? [this.single, set] : [this.several, -set];
    let list = lists[place];
    if (!list) {
      list = this.recorded.sets.of(set).map((word) => this.recorded.words.text(word));
      Object.freeze(list);
      lists[place] = list;
    }
    return list;
  }
}

/** A record that is made field by field, when somebody asks: a million of them take little memory. As JSON it is the record. */
class View {
  readonly #records: Records;
  readonly #row: number;

  constructor(records: Records, row: number) {
    this.#records = records;
    this.#row = row;
  }

  get v() {
    return OPERATION_VERSION;
  }
  get run() {
    return this.toJSON().run;
  }
  get runner() {
    return this.#records.recorded.words.text(this.#records.recorded.columns.runner[this.#row] as number);
  }
  get process() {
    return this.#records.recorded.columns.process[this.#row];
  }
  get index() {
    return this.#records.recorded.columns.index[this.#row];
  }
  get scenario() {
    return this.#records.recorded.words.text(this.#records.recorded.columns.scenario[this.#row] as number);
  }
  get t0() {
    return this.#records.recorded.columns.t0[this.#row];
  }
  get t1() {
    return this.#records.recorded.columns.t1[this.#row];
  }
  get type() {
    return operationTypes[this.#records.recorded.columns.type[this.#row] as number];
  }
  get class() {
    return resultClasses[this.#records.recorded.columns.class[this.#row] as number];
  }
  get code() {
    return this.#records.recorded.words.textOrNull(this.#records.recorded.columns.code[this.#row] as number);
  }
  get http() {
    return this.#records.recorded.columns.http[this.#row];
  }
  get retry() {
    return this.#records.recorded.columns.retry[this.#row];
  }
  get round() {
    return this.#records.round(this.#row);
  }
  get expect() {
    return this.#records.expect(this.#row);
  }
  get f() {
    return operationNames[this.#records.recorded.columns.f[this.#row] as number];
  }
  get input() {
    return this.#records.input(this.#row);
  }
  get value() {
    return this.#records.value(this.#row);
  }

  toJSON(): Operation {
    return this.#records.at(this.#row);
  }
}

/** The record itself, where it may be one of those that are made field by field. */
export function wholeRecord(operation: Operation): Operation {
  return operation instanceof View ? operation.toJSON() : operation;
}
