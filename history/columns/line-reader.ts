import { OPERATION_VERSION, operationTypes, resultClasses } from '../operation.ts';
import { Answer, type Columns, F, HAS_ROUND, REQUIRES_ADJACENCY } from './columns.ts';
import { Cursor } from './cursor.ts';
import type { Recorded } from './recorded.ts';
import type { TableSets } from './table-sets.ts';
import type { WordTable } from './word-table.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const LINE_END = 0x0a;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NULL = ascii('null');
const TRUE = ascii('true');
const FALSE = ascii('false');

const text = {
  process: ascii(',"process":'),
  index: ascii(',"index":'),
  scenario: ascii(',"scenario":'),
  assign: ascii(',"f":"assign","input":{'),
  unassign: ascii(',"f":"unassign","input":{"booking_id":'),
  refresh: ascii(',"f":"refresh","input":{"table_id":'),
  status: ascii(',"f":"status","input":{"table_ids":'),
  tableIds: ascii(',"table_ids":'),
  t0: ascii('},"t0":'),
  t1: ascii(',"t1":'),
  type: ascii(',"type":'),
  class: ascii(',"class":'),
  code: ascii(',"code":'),
  value: ascii(',"value":'),
  http: ascii(',"http":'),
  retry: ascii(',"retry":'),
  round: ascii(',"round":{"round":'),
  slot: ascii(',"slot":'),
  scheduled: ascii(',"scheduled":'),
  expect: ascii(',"expect":'),
  message: ascii('{"message":'),
  details: ascii(',"details":'),
  hint: ascii(',"hint":'),
  tableId: ascii('{"table_id":'),
  startAt: ascii(',"start_at":'),
  endAt: ascii(',"end_at":'),
  group: ascii(',"merge_group_id":'),
};

const assignFields = [
  'booking_id',
  'table_ids',
  'idempotency_key',
  'require_adjacency',
  'start_at',
  'end_at',
] as const;

/** The largest number that a column of whole numbers takes. */
const MOST = 2 ** 31 - 1;

/**
 * Reads the lines that histories are full of from their bytes, into columns. What it takes is what `operationSchema` takes, and
 * gives the same record; whatever it does not take for certain, damaged or merely unusual, it leaves to others.
 */
export class LineReader {
  private readonly columns: Columns;
  private readonly words: WordTable;
  private readonly sets: TableSets;
  private readonly cursor: Cursor;
  private readonly head: Uint8Array;
  private readonly types = new Map<number, number>();
  private readonly classes = new Map<number, number>();
  /** The words of `assignFields`. */
  private readonly fields: readonly number[];
  /** Words that were found to be instants, and to be none. */
  private readonly instants = new Map<number, boolean>();

  /** @param run the tag that the records must carry, as the schema has tags */
  constructor({ columns, words, sets }: Pick<Recorded, 'columns' | 'words' | 'sets'>, run: string) {
    this.columns = columns;
    this.words = words;
    this.sets = sets;
    this.cursor = new Cursor(words);
    this.head = ascii(`{"v":${OPERATION_VERSION},"run":"${run}","runner":`);
    for (const [place, name] of operationTypes.entries()) this.types.set(words.addText(name), place);
    for (const [place, name] of resultClasses.entries()) this.classes.set(words.addText(name), place);
    this.fields = assignFields.map((name) => words.addText(name));
  }

  /**
   * Fills a row.
   *
   * @param at where the line begins; it must end within the bytes
   * @returns where the next line begins, or -1: then what the row holds means nothing
   */
  read(bytes: Uint8Array, at: number, row: number): number {
    const { cursor, columns } = this;
    cursor.moveTo(bytes, at);
    if (!cursor.skip(this.head)) return -1;
    const runner = cursor.word();
    if (!isName(runner, this.words) || !cursor.skip(text.process)) return -1;
    const process = cursor.count();
    if (process < 0 || !cursor.skip(text.index)) return -1;
    const index = cursor.count();
    if (index < 0 || !cursor.skip(text.scenario)) return -1;
    const scenario = cursor.word();
    if (!isName(scenario, this.words)) return -1;
    columns.runner[row] = runner;
    columns.process[row] = process;
    columns.index[row] = index;
    columns.scenario[row] = scenario;
    columns.flags[row] = 0;
    if (!this.readInput(row) || !this.readOutcome(row) || !this.readMarks(row)) return -1;
    return cursor.skipByte(CLOSE_BRACE) && cursor.skipByte(LINE_END) ? cursor.at : -1;
  }

  private readInput(row: number): boolean {
    const { cursor, columns } = this;
    let booking = 0;
    let tables = 0;
    if (cursor.skip(text.assign)) {
      columns.f[row] = F.assign;
      return this.readAssignment(row);
    }
    if (cursor.skip(text.unassign)) {
      columns.f[row] = F.unassign;
      booking = cursor.id();
      if (booking < 0 || !cursor.skip(text.tableIds)) return false;
      if (!cursor.skip(NULL)) {
        tables = this.readTables();
        if (tables === 0) return false;
      }
    } else if (cursor.skip(text.refresh)) {
      columns.f[row] = F.refresh;
      tables = cursor.id();
      if (tables < 0) return false;
    } else if (cursor.skip(text.status)) {
      columns.f[row] = F.status;
      tables = this.readTables();
      if (tables === 0) return false;
    } else return false;
    columns.booking[row] = booking;
    columns.tables[row] = tables;
    columns.key[row] = 0;
    columns.start[row] = 0;
    columns.end[row] = 0;
    return true;
  }

  /** The fields of an assignment in any order, each once. */
  private readAssignment(row: number): boolean {
    const { cursor } = this;
    let seen = 0;
    for (;;) {
      const field = this.fields.indexOf(cursor.word());
      if (field < 0 || (seen & (1 << field)) !== 0 || !cursor.skipByte(COLON)) return false;
      seen |= 1 << field;
      if (!this.readField(field, row)) return false;
      if (!cursor.skipByte(COMMA)) {
        return seen === (1 << this.fields.length) - 1;
      }
    }
  }

  private readField(field: number, row: number): boolean {
    const { cursor, columns } = this;
    switch (assignFields[field]) {
      case 'booking_id': {
        const id = cursor.id();
        columns.booking[row] = id;
        return id > 0;
      }
      case 'table_ids': {
        const tables = this.readTables();
        columns.tables[row] = tables;
        return tables !== 0;
      }
      case 'idempotency_key': {
        const key = cursor.wordOrNull();
        columns.key[row] = key;
        return key >= 0;
      }
      case 'start_at': {
        const instant = this.readInstant();
        columns.start[row] = instant;
        return instant >= 0;
      }
      case 'end_at': {
        const instant = this.readInstant();
        columns.end[row] = instant;
        return instant >= 0;
      }
      default:
        if (cursor.skip(TRUE)) columns.flags[row] = REQUIRES_ADJACENCY;
        else return cursor.skip(FALSE);
        return true;
    }
  }

  private readOutcome(row: number): boolean {
    const { cursor, columns } = this;
    if (!cursor.skip(text.t0)) return false;
    const t0 = cursor.count();
    if (t0 < 0 || !cursor.skip(text.t1)) return false;
    const t1 = cursor.count();
    if (t1 < t0 || !cursor.skip(text.type)) return false;
    const type = this.types.get(cursor.word());
    if (type === undefined || !cursor.skip(text.class)) return false;
    const result = this.classes.get(cursor.word());
    if (result === undefined || !cursor.skip(text.code)) return false;
    const code = cursor.wordOrNull();
    if (code < 0 || !cursor.skip(text.value) || !this.readValue(row) || !cursor.skip(text.http)) return false;
    const http = cursor.count();
    if (http < 0 || http > MOST || !cursor.skip(text.retry)) return false;
    const retry = cursor.count();
    if (retry < 0 || retry > MOST) return false;
    columns.t0[row] = t0;
    columns.t1[row] = t1;
    columns.type[row] = type;
    columns.class[row] = result;
    columns.code[row] = code;
    columns.http[row] = http;
    columns.retry[row] = retry;
    return true;
  }

  private readValue(row: number): boolean {
    const { cursor, columns } = this;
    const f = columns.f[row];
    columns.kind[row] = Answer.none;
    if (cursor.skip(NULL)) return true;
    if (cursor.peek() === BRACKET) {
      if (f === F.assign) return this.readRows(row);
      if (f !== F.unassign) return false;
      const tables = this.readTables();
      columns.kind[row] = Answer.tables;
      columns.answered[row] = tables;
      return tables !== 0;
    }
    return cursor.skip(text.message) ? this.readError(row) : f === F.status && this.readStatus(row);
  }

  private readError(row: number): boolean {
    const { cursor, columns } = this;
    const message = cursor.word();
    if (message < 0 || !cursor.skip(text.details)) return false;
    const details = cursor.wordOrNull();
    if (details < 0 || !cursor.skip(text.hint)) return false;
    const hint = cursor.wordOrNull();
    if (hint < 0) return false;
    columns.kind[row] = Answer.error;
    columns.answer[row] = message;
    // Nearly all are null, and memory that is never written to takes none.
    if (details !== 0 || columns.details[row] !== 0) columns.details[row] = details;
    if (hint !== 0 || columns.hint[row] !== 0) columns.hint[row] = hint;
    return cursor.skipByte(CLOSE_BRACE);
  }

  /** Rows for the very tables that were asked for, in their order, with one window and one merge group. */
  private readRows(row: number): boolean {
    const { cursor, columns } = this;
    const asked = columns.tables[row] as number;
    const tables = asked > 0 ? 1 : this.sets.of(asked).length;
    let [start, end, group] = [0, 0, 0];
    for (let index = 0; index < tables; index += 1) {
      if (!cursor.skipByte(index === 0 ? BRACKET : COMMA) || !cursor.skip(text.tableId)) return false;
      if (cursor.word() !== (asked > 0 ? asked : this.sets.of(asked)[index])) return false;
      if (!cursor.skip(text.startAt)) return false;
      const from = cursor.wordOrNull();
      if (from < 0 || !cursor.skip(text.endAt)) return false;
      const to = cursor.wordOrNull();
      if (to < 0 || !cursor.skip(text.group)) return false;
      const whose = cursor.wordOrNull();
      if (whose < 0 || !cursor.skipByte(CLOSE_BRACE)) return false;
      if (index > 0 && (from !== start || to !== end || whose !== group)) return false;
      [start, end, group] = [from, to, whose];
    }
    columns.kind[row] = Answer.rows;
    columns.answered[row] = asked;
    columns.answeredStart[row] = start;
    columns.answeredEnd[row] = end;
    columns.answer[row] = group;
    return tables > 0 && cursor.skipByte(CLOSE_BRACKET);
  }

  private readStatus(row: number): boolean {
    const { cursor, columns } = this;
    if (!cursor.skipByte(BRACE)) return false;
    const table = cursor.id();
    if (table < 0 || !cursor.skipByte(COLON)) return false;
    const status = cursor.word();
    if (status < 0) return false;
    columns.kind[row] = Answer.status;
    columns.answered[row] = table;
    columns.answer[row] = status;
    return cursor.skipByte(CLOSE_BRACE);
  }

  /** What most records do not have. */
  private readMarks(row: number): boolean {
    const { cursor, columns } = this;
    let expect = 0;
    if (cursor.skip(text.round)) {
      const round = cursor.count();
      if (round < 0 || round > MOST || !cursor.skip(text.slot)) return false;
      const slot = cursor.wordOrNull();
      if (slot < 0 || !cursor.skip(text.scheduled)) return false;
      const scheduled = cursor.count();
      if (scheduled < 0 || !cursor.skipByte(CLOSE_BRACE)) return false;
      columns.flags[row] = (columns.flags[row] as number) | HAS_ROUND;
      columns.round[row] = round;
      columns.slot[row] = slot;
      columns.scheduled[row] = scheduled;
    }
    if (cursor.skip(text.expect)) {
      const start = cursor.at;
      do {
        if (!cursor.skipByte(cursor.at === start ? BRACKET : COMMA) || cursor.word() < 0) return false;
      } while (cursor.peek() === COMMA);
      if (!cursor.skipByte(CLOSE_BRACKET)) return false;
      expect = cursor.wordSince(start);
    }
    if (expect !== 0 || columns.expect[row] !== 0) columns.expect[row] = expect;
    return true;
  }

  /** A list of ids; 0 when it is none. */
  private readTables(): number {
    const { cursor } = this;
    if (!cursor.skipByte(BRACKET)) return 0;
    if (cursor.skipByte(CLOSE_BRACKET)) return this.sets.add([]);
    const first = cursor.id();
    if (first < 0) return 0;
    if (cursor.skipByte(CLOSE_BRACKET)) return first;
    const ids = [first];
    while (cursor.skipByte(COMMA)) {
      const id = cursor.id();
      if (id < 0) return 0;
      ids.push(id);
    }
    return cursor.skipByte(CLOSE_BRACKET) ? this.sets.add(ids) : 0;
  }

  /** The word of an instant in the one spelling that `Date` has, 0 for null. */
  private readInstant(): number {
    const word = this.cursor.wordOrNull();
    if (word <= 0) return word;
    let is = this.instants.get(word);
    if (is === undefined) {
      is = isInstant(this.words.text(word));
      this.instants.set(word, is);
    }
    return is ? word : -1;
  }
}

function isInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

function isName(word: number, words: WordTable): boolean {
  return word > 0 && !words.isEmpty(word);
}
