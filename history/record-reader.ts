import { OPERATION_VERSION, type Operation, operationTypes, resultClasses } from './operation.ts';
import { answerOf, type Fields, inputOf, isCount, isObject } from './record-parts.ts';
import { tag } from './schema.ts';
import { Words } from './words.ts';

const types: ReadonlySet<unknown> = new Set(operationTypes);
const classes: ReadonlySet<unknown> = new Set(resultClasses);
/** Fields that every record has. */
const REQUIRED = 16;

/**
 * Reads the records that histories are full of, several times as fast as the schema does, and as the schema would: what it
 * takes is what `operationSchema` gives, fields in the same order. Whatever it does not take for certain it leaves to the
 * schema, which is the only place that says what is wrong with a line.
 */
export class RecordReader {
  private readonly run: string | null;
  private readonly words = new Words();

  /** @param run the tag that the records must carry */
  constructor(run: string) {
    this.run = tag.safeParse(run).success ? run : null;
  }

  /** @returns null when the schema has to decide */
  read(data: unknown): Operation | null {
    if (!isObject(data) || data.v !== OPERATION_VERSION || data.run !== this.run) return null;
    const { words } = this;
    const { runner, process, index, scenario, f, t0, t1, type, class: result, code, http, retry } = data;
    if (!isName(runner) || !isName(scenario) || typeof f !== 'string') return null;
    if (!isCount(process) || !isCount(index) || !isCount(http) || !isCount(retry)) return null;
    if (!isCount(t0) || !isCount(t1) || t0 > t1 || !types.has(type) || !classes.has(result)) return null;
    if (code !== null && typeof code !== 'string') return null;
    const marks = marksOf(data);
    if (!marks || Object.keys(data).length !== REQUIRED + Object.keys(marks).length) return null;
    const input = inputOf(f, data.input, words);
    const value = answerOf(f, data.value, words);
    if (input === null || value === undefined) return null;
    const by = words.same(runner);
    const during = words.same(scenario);
    const shown = code === null ? null : words.same(code);
    // Written out, so that nearly all records have one shape: that keeps them small.
    const record =
      marks === UNMARKED
        ? {
            v: OPERATION_VERSION,
            run: this.run,
            runner: by,
            process,
            index,
            scenario: during,
            t0,
            t1,
            type,
            class: result,
            code: shown,
            http,
            retry,
            f,
            input,
            value,
          }
        : {
            v: OPERATION_VERSION,
            run: this.run,
            runner: by,
            process,
            index,
            scenario: during,
            t0,
            t1,
            type,
            class: result,
            code: shown,
            http,
            retry,
            ...marks,
            f,
            input,
            value,
          };
    return record as unknown as Operation;
  }
}

const UNMARKED = {};

/** The fields that a record may have besides those that it must have; null when the schema has to decide. */
function marksOf({ round, expect }: Fields): object | null {
  if (round === undefined && expect === undefined) return UNMARKED;
  if (round !== undefined && !isRound(round)) return null;
  if (expect !== undefined && !(Array.isArray(expect) && expect.every((code) => typeof code === 'string'))) {
    return null;
  }
  return { ...(isRound(round) ? { round: roundOf(round) } : {}), ...(expect ? { expect } : {}) };
}

function isRound(mark: unknown): mark is Fields {
  if (!isObject(mark) || Object.keys(mark).length !== 3) return false;
  const { round, slot, scheduled } = mark;
  return isCount(round) && isCount(scheduled) && (slot === null || typeof slot === 'string');
}

function roundOf({ round, slot, scheduled }: Fields): object {
  return { round, slot, scheduled };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
