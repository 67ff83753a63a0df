/** A file that failed, and the statement at which it did. */
export interface FailedMigration {
  readonly file: string;
  /** Where the error is, from 1. */
  readonly line: number;
  /** In characters from 1; null where PostgreSQL names no position. */
  readonly column: number | null;
  /** The text of that line. */
  readonly text: string;
  /** The beginning of the statement, on one line. */
  readonly statement: string;
  readonly message: string;
  /** SQLSTATE; null where the failure is not PostgreSQL's. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly where: string | null;
  /** Statements before it that stay, because the file does not run in one transaction. Usually 0. */
  readonly kept: number;
  /** Present when the missing object is one that an earlier failed or skipped statement would have made. */
  readonly because?: Cause;
}

/** Where an object should have come from. */
export interface Cause {
  /** What is missing, in words: `relation orders`. */
  readonly object: string;
  readonly file: string;
  readonly line: number;
}

/** A statement that was left out, although its file was applied. */
export interface SkippedStatement {
  readonly file: string;
  readonly line: number;
  /** The beginning of the statement, on one line. */
  readonly statement: string;
  readonly reason: string;
}

/** What became of a folder of migrations. */
export interface MigrationReport {
  /** The folder whose files were applied. */
  readonly folder: string;
  /** Names of the files that were applied, in order. */
  readonly applied: readonly string[];
  readonly failed: readonly FailedMigration[];
  readonly skipped: readonly SkippedStatement[];
  /** Other things that a person should know, one sentence each. */
  readonly notes: readonly string[];
}

/** The failed files, for people: two or more lines each, without colour. Empty when none failed. */
export function describeFailures({ failed }: Pick<MigrationReport, 'failed'>): string[] {
  return failed.flatMap(describeFailure);
}

/** One failed file, for people. The first line says which, where and why. */
export function describeFailure(failure: FailedMigration): string[] {
  const { file, line, column, message, code, detail, hint, where, because, kept, text } = failure;
  const place = column === null ? `line ${line}` : `line ${line}, column ${column}`;
  const lines = [`${file}, ${place}, failed: ${message}${code === null ? '' : ` (${code})`}`];
  const add = (label: string, value: string | null) => {
    if (value) lines.push(`  ${label}${value.replaceAll('\n', '\n    ')}`);
  };
  add('', text);
  add('detail: ', detail);
  add('hint: ', hint);
  add('where: ', where);
  if (because) add('because: ', `${because.object} was to come from ${because.file}, line ${because.line}`);
  if (kept > 0) add('', `it cannot run in one transaction: ${statements(kept)} before it stay`);
  return lines;
}

/** What was left out, one line for each reason and file. */
export function describeSkipped({ skipped }: Pick<MigrationReport, 'skipped'>): string[] {
  const groups = new Map<string, number[]>();
  for (const { file, line, reason } of skipped) {
    const key = `${file}: ${reason}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups].map(([key, lines]) => `${key} (line ${lines.join(', ')})`);
}

/** The whole report in one line: `97 migrations applied, 3 failed, 5 statements skipped`. */
export function summarise({ applied, failed, skipped }: MigrationReport): string {
  const parts = [`${applied.length} migration${applied.length === 1 ? '' : 's'} applied`];
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  if (skipped.length > 0) parts.push(`${statements(skipped.length)} skipped`);
  return parts.join(', ');
}

function statements(count: number): string {
  return `${count} statement${count === 1 ? '' : 's'}`;
}

const shownCharacters = 120;

/** The beginning of a statement, on one line. */
export function shorten(statement: string): string {
  const line = [...statement.replace(/\s+/g, ' ').trim()];
  return line.length <= shownCharacters ? line.join('') : `${line.slice(0, shownCharacters - 1).join('')}…`;
}
