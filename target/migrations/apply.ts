import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { messageOf, TargetError } from '../../contracts/errors.ts';
import { type Progress, silent } from '../../contracts/progress.ts';
import { loadParser } from '../../sql/parser.ts';
import { AbsentObjects } from './cause.ts';
import type { Elevation } from './elevation.ts';
import { failureOf } from './failure.ts';
import { listMigrations } from './list.ts';
import {
  describeFailure,
  type FailedMigration,
  type MigrationReport,
  type SkippedStatement,
  shorten,
} from './report.ts';
import { type FileContext, type FileOutcome, runFile } from './run-file.ts';
import { decodeSource, type Source } from './source.ts';
import { type SplitFile, splitStatements } from './statements.ts';

export interface ApplyOptions {
  readonly elevation: Elevation;
  /** A file that fails is rolled back and reported, and the next one goes on. Default: it is an error. */
  readonly tolerateFailures?: boolean | undefined;
  readonly progress?: Progress | undefined;
}

/**
 * Applies a folder of migrations as Supabase's own tool does: in the order of their names, each file in a transaction
 * of its own. Extensions that the server lacks, and what only concerns them, are left out and reported.
 *
 * @param sql a pool as the role that is to own what the files create; one connection of it is used.
 * @throws UsageError when the folder cannot be read or holds no migration; TargetError naming file, line and cause
 *   when a file fails that must not, or when the server does not answer any more.
 */
export async function applyMigrations(
  sql: postgres.Sql,
  given: string,
  { elevation, tolerateFailures = false, progress = silent }: ApplyOptions,
): Promise<MigrationReport> {
  const { folder, names, notes } = await listMigrations(given);
  await loadParser();
  const found = await sql<{ name: string }[]>`select name from pg_available_extensions`;
  const available = new Set(found.map(({ name }) => name));
  const report: Draft = { folder, applied: [], failed: [], skipped: [], notes: [...notes] };
  const absent = new AbsentObjects();
  const session = await sql.reserve();
  try {
    for (const [index, name] of names.entries()) {
      progress(`applying ${name} (${index + 1} of ${names.length})`);
      const failure = await applyFile(name, report, absent, { session, available, elevation });
      if (failure === null) continue;
      if (!tolerateFailures) throw new TargetError(`Migration ${describeFailure(failure).join('\n')}`);
      report.failed.push(failure);
    }
  } finally {
    session.release();
  }
  return report;
}

interface Draft {
  readonly folder: string;
  readonly applied: string[];
  readonly failed: FailedMigration[];
  readonly skipped: SkippedStatement[];
  readonly notes: string[];
}

/** Applies one file and adds to the report what became of it; returns its failure. */
async function applyFile(
  name: string,
  { folder, applied, skipped, notes }: Draft,
  absent: AbsentObjects,
  context: FileContext,
): Promise<FailedMigration | null> {
  const file = await readMigration(folder, name);
  if ('message' in file) return file;
  const { source, statements, psqlLines } = file;
  for (const { line, text } of psqlLines) {
    skipped.push({ file: name, line, statement: shorten(text), reason: 'commands of psql are not run' });
  }
  const outcome = await runToEnd(name, statements, context);
  // Settings that a file made for its session, like an empty search_path in a dump, end with the file.
  await context.session.unsafe('reset session authorization; reset role; reset all');
  for (const { statement, reason } of outcome.skipped) {
    const { line, text } = statement;
    skipped.push({ file: name, line, statement: shorten(text), reason });
    absent.add(name, [statement]);
  }
  if (!outcome.atomic) notes.push(`${name} cannot run in one transaction; it ran statement by statement.`);
  if (outcome.failed === null) {
    applied.push(name);
    return null;
  }
  const { index, error } = outcome.failed;
  const cause = error instanceof postgres.PostgresError ? absent.causeOf(error) : null;
  absent.add(name, statements.slice(outcome.atomic ? 0 : index));
  return failureOf({ name, source, statement: statements[index], error, kept: outcome.kept, cause });
}

async function readMigration(
  folder: string,
  name: string,
): Promise<(SplitFile & { source: Source }) | FailedMigration> {
  try {
    const source = decodeSource(await readFile(join(folder, name)));
    return { source, ...splitStatements(source) };
  } catch (error) {
    return failureOf({ name, source: null, statement: undefined, error, kept: 0, cause: null });
  }
}

async function runToEnd(name: string, ...rest: Parameters<typeof runFile>): Promise<FileOutcome> {
  try {
    return await runFile(...rest);
  } catch (error) {
    throw new TargetError(`The database stopped at migration ${name}: ${messageOf(error)}`, [], error);
  }
}
