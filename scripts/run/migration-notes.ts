import type { Manifest } from '../../contracts/manifest.ts';
import type { EmbeddedSupabase } from '../../target/embedded-supabase.ts';
import { describeFailures, describeSkipped, summarise } from '../../target/migrations/report.ts';

/** What became of the user's migrations, line by line. */
export function migrationNotes({ migrationReport: report }: EmbeddedSupabase): string[] {
  if (report === null) return [];
  return [
    `migrations of ${report.folder}: ${summarise(report)}`,
    ...describeFailures(report).map((line) => `  ${line}`),
    ...describeSkipped(report).map((line) => `  skipped: ${line}`),
    ...report.notes.map((note) => `  ${note}`),
  ];
}

/** The same for the manifest. */
export function countMigrations({
  migrationReport: report,
}: EmbeddedSupabase): Manifest['target']['migrations'] {
  if (report === null) return null;
  return {
    applied: report.applied.length,
    failed: report.failed.map(({ file }) => file),
    skipped_statements: report.skipped.length,
  };
}
