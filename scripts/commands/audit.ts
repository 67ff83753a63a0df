import { type Command, Option } from 'commander';
import { audit } from '../../audit/audit.ts';
import { allChecks } from '../../audit/checks/all.ts';
import { usualPatience } from '../../audit/connection/read-only.ts';
import { type AuditResult, checkIds } from '../../contracts/audit-result.ts';
import { ExitCode, StressError } from '../../contracts/errors.ts';
import { databaseProblem } from '../../target/staging/postgres-problems.ts';
import { type OpenAudited, openAudited } from '../audit/open-audited.ts';
import { renderAudit } from '../audit/render.ts';
import { type AuditCommandOptions, type AuditRequest, checkAuditRequest } from '../audit/request.ts';
import { handleInterrupts } from '../interrupt.ts';
import { StageReporter } from '../stage-reporter.ts';
import { print, wantsColour } from '../terminal.ts';

export function addAudit(program: Command): void {
  program
    .command('audit')
    .summary('look for tables that are blocked and for defects of the schema; reads only, safe on production')
    .description(
      'Reads what is stored and what is deployed, each question in a short read-only transaction of its own, and says what contradicts the rules, why, and by which query. It cannot write, and takes no lock that a reader or writer waits for.',
    )
    .option(
      '--target <name>',
      'local (the schema only), staging, or the connection file of a running target (default: local)',
    )
    .option(
      '--database-url-env [variable]',
      'the variable that holds the connection string of any other database (without a name: AUDIT_DATABASE_URL)',
    )
    .addOption(new Option('--database-url <address>').hideHelp())
    .option(
      '--migrations <folder>',
      'for local: your supabase/migrations instead of the reference application',
    )
    .option('--broken <id>', 'for local: damage the reference application first')
    .option('--schema <name>', 'the schema of the application', 'public')
    .option('--at <instant>', 'compare rows with this instant instead of now: what will be stale then')
    .option('--check <id...>', `only these: ${checkIds.join(', ')}`)
    .option('--limit <rows>', 'rows to show for each finding; all are counted', '5')
    .option(
      '--statement-timeout <ms>',
      'how long one query may take, in milliseconds',
      String(usualPatience.statement),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing found, 1 findings, 2 bad usage, 3 the database failed,
  4 unknown: something could not be looked at

Examples:
  export AUDIT_DATABASE_URL=postgresql://auditor:PASSWORD@replica.example.com:5432/postgres
  npm run stress -- audit --database-url-env AUDIT_DATABASE_URL
  npm run stress -- audit --target staging
  npm run stress -- audit --target staging --check status-differs --limit 50
  npm run stress -- audit --target staging --at 2026-11-27T20:00:00+01:00
  npm run stress -- audit --migrations ../app/supabase/migrations
  npm run --silent stress -- audit --target staging --json > audit.json`,
    )
    .allowExcessArguments(true)
    // What commander says of an option that it does not know may hold an address.
    .configureOutput({ outputError: (text, write) => write(text.replace(/\w+:\/\/\S+/g, '(not shown)')) })
    .action(async (options: AuditCommandOptions, command: Command) => {
      process.exitCode = await run(options, command.args);
    });
}

async function run(options: AuditCommandOptions, excess: readonly string[]): Promise<number> {
  const request = await checkAuditRequest(options, excess);
  const reporter = new StageReporter();
  const interrupts = handleInterrupts(
    () => reporter.say('stopping after this check; once more stops at once'),
    () => 'Nothing was written.',
  );
  let open: OpenAudited | null = null;
  try {
    open = await openAudited(request, reporter, interrupts.signal);
    for (const note of open.notes) reporter.say(`  ${note}`);
    const result = await examine(request, open, reporter, interrupts.signal);
    await print(
      options.json
        ? `${JSON.stringify(result, null, 2)}\n`
        : renderAudit(result, wantsColour(process.stdout)),
    );
    return interrupts.signal.aborted ? ExitCode.interrupted : result.exit_code;
  } finally {
    await open?.close();
    interrupts.release();
  }
}

async function examine(
  request: AuditRequest,
  { database, embedded }: OpenAudited,
  reporter: StageReporter,
  signal: AbortSignal,
): Promise<AuditResult> {
  const { schema, at, limit } = request;
  const checks = request.checks.length > 0 || !embedded ? request.checks : schemaChecks;
  if (checks === schemaChecks) {
    reporter.say('an embedded target has no rows: only checks of the schema are made; --check names others');
  }
  try {
    return await reporter.stage(
      'audit',
      (progress) =>
        audit({
          databaseUrl: database.url,
          target: database.description,
          schema,
          at,
          checks,
          limit,
          patience: { ...usualPatience, statement: request.statementTimeoutMs },
          progress,
          signal,
        }),
      ({ headline }) => headline,
      ({ verdict }) => verdict === 'ok',
    );
  } catch (error) {
    throw error instanceof StressError ? error : databaseProblem(error, database.host, database.field);
  }
}

const schemaChecks = allChecks.filter(({ kind }) => kind === 'schema').map(({ id }) => id);
