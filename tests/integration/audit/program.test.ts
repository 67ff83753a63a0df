import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditResult, auditResultSchema, checkIds } from '../../../contracts/audit-result.ts';
import { until } from '../reference/database.ts';
import { runProgram, start } from '../run/program.ts';
import { minutes, type Stage, startStage } from './stage.ts';

const secret = 'hunter2hunter2';
const address = `postgresql://auditor:${secret}@db.example.com:5432/postgres`;

/** What the user types, the exit code, and a line that must be shown. */
const cases: {
  name: string;
  args: string[];
  code: number;
  line: RegExp;
  env?: Record<string, string>;
}[] = [
  { name: 'help', args: ['--help'], code: 0, line: /Examples:\n.*AUDIT_DATABASE_URL/ },
  { name: 'an address', args: [address], code: 2, line: /audit: takes no address.*list of processes/ },
  { name: 'an address as an option', args: ['--database-url', address], code: 2, line: /takes no address/ },
  { name: 'an address as a target', args: ['--target', address], code: 2, line: /takes no address/ },
  {
    name: 'an address in an unknown option',
    args: [`--url=${address}`],
    code: 2,
    line: /unknown option '--url=/,
  },
  {
    name: 'an address in the place of a variable',
    args: ['--database-url-env', address],
    code: 2,
    line: /--database-url-env: is to be the name of a variable/,
  },
  {
    name: 'a variable that is not set',
    args: ['--database-url-env'],
    code: 2,
    line: /AUDIT_DATABASE_URL: not set/,
  },
  {
    name: 'an unknown check',
    args: ['--check', 'statuses'],
    code: 2,
    line: /--check statuses: unknown[\s\S]*status-differs/,
  },
  { name: 'no instant', args: ['--at', 'tonight'], code: 2, line: /--at tonight: is no instant/ },
  {
    name: 'staging, not configured',
    args: ['--target', 'staging'],
    code: 2,
    line: /SUPABASE_DB_URL: not set/,
  },
  {
    name: 'no connection file',
    args: ['--target', 'nowhere.json'],
    code: 2,
    line: /no such connection file/,
  },
  {
    name: 'nothing listens',
    args: ['--database-url-env', 'MY_URL'],
    code: 3,
    line: /MY_URL: nothing listens there \(127\.0\.0\.1:1\)/,
    env: { MY_URL: `postgres://auditor:${secret}@127.0.0.1:1/postgres` },
  },
  { name: 'the reference application', args: [], code: 0, line: /OK {2}5 checks made, nothing found/ },
  {
    name: 'a defect of the schema',
    args: ['--broken', 'no-lock-no-constraint'],
    code: 1,
    line: /✖ finding +missing-exclusion-constraint/,
  },
  {
    name: 'a check that has nothing to look at',
    args: ['--check', 'status-differs'],
    code: 4,
    line: /\? not possible status-differs +there are no tables/,
  },
];

describe('audit', () => {
  it.each(cases)('$name: exit $code', async ({ args, code, line, env = {} }) => {
    const ended = await runProgram(['audit', ...args], { env });
    const shown = ended.stdout + ended.stderr;
    expect(ended.code, shown).toBe(code);
    expect(shown).toMatch(line);
    expect(shown).not.toMatch(/\n\s+at /);
    expect(shown).not.toContain(secret);
  });
});

describe('audit of a database that somebody else runs', () => {
  let stage: Stage;
  let env: Record<string, string>;
  beforeAll(async () => {
    stage = await startStage();
    env = { AUDIT_DATABASE_URL: stage.reference.target.databaseUrl };
    await stage.table();
  });
  afterAll(() => stage?.stop());

  const suspend = (pid: number, suspended: number[]): void => {
    process.kill(pid, 'SIGSTOP');
    suspended.push(pid);
  };
  const password = () => decodeURIComponent(new URL(stage.reference.target.databaseUrl).password);
  const audit = async (...args: string[]) => {
    const ended = await runProgram(['audit', ...args], { env });
    expect(ended.stdout + ended.stderr).not.toContain(password());
    return ended;
  };

  it('nothing found: exit 0, and JSON that fits its schema', async () => {
    const { code, stdout } = await audit('--database-url-env', '--json');
    const result = auditResultSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(result.checks.map(({ id }) => id)).toEqual(checkIds);
    expect(result).toMatchObject({ verdict: 'ok', exit_code: 0, at_is_now: true });
    expect(result.target).toMatch(/^AUDIT_DATABASE_URL \(127\.0\.0\.1:\d+\/postgres\)$/);
  });

  it('a finding: exit 1, with row, query and next step on the screen', async () => {
    const table = await stage.table('reserved');
    await stage.claim({ table, booking: await stage.booking(), from: 60, to: 120 });
    const { code, stdout } = await audit(
      '--database-url-env',
      'AUDIT_DATABASE_URL',
      '--check',
      'status-differs',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/FINDING {2}1 finding in 1 check of 1/);
    expect(stdout).toContain('1 × blocked-before-start');
    expect(stdout).toContain(`table_id=${table}`);
    expect(stdout).toMatch(/hint: the deployed refresh_table_status looks legacy/);
    expect(stdout).toMatch(/in psql:\n {4}with running as materialized/);
    expect(stdout).toMatch(/→ .*table-stress status-matrix/);
  });

  it('at another instant', async () => {
    const at = minutes(90);
    const { stdout } = await audit('--database-url-env', '--check', 'status-differs', '--at', at, '--json');
    const result = JSON.parse(stdout) as AuditResult;
    expect(result).toMatchObject({ at, at_is_now: false, verdict: 'ok' });
  });

  it('something that could not be looked at: exit 4', async () => {
    await stage.sql`ALTER TABLE table_holds RENAME TO holds`;
    const { code, stdout } = await audit(
      '--database-url-env',
      '--check',
      'expired-holds',
      'empty-merge-groups',
    );
    await stage.sql`ALTER TABLE holds RENAME TO table_holds`;
    expect(code).toBe(4);
    expect(stdout).toMatch(/NOT POSSIBLE {2}nothing found, but 1 check of 2 not possible here/);
  });

  it('an unknown schema: exit 2', async () => {
    const { code, stderr } = await audit('--database-url-env', '--schema', 'nowhere');
    expect(code).toBe(2);
    expect(stderr).toContain('--schema nowhere: there is no such schema');
  });

  it('a wrong password: exit 3', async () => {
    const url = new URL(stage.reference.target.databaseUrl);
    url.password = secret;
    const ended = await runProgram(['audit', '--database-url-env', 'WRONG'], { env: { WRONG: url.href } });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/WRONG: the database refuses the password/);
    expect(ended.stdout + ended.stderr).not.toContain(secret);
  });

  it('Ctrl-C ends it after the check that is being made: exit 130', async () => {
    const names = stage.sql`allocations, bookings, booking_table_assignments, table_inventory, table_holds`;
    const { sql } = stage.reference;
    // The check stands still until it has been interrupted, however long either takes.
    const suspended: number[] = [];
    const ended = await stage.sql.begin(async (transaction) => {
      await transaction`LOCK TABLE ${names} IN ACCESS EXCLUSIVE MODE`;
      const program = start(['audit', '--database-url-env'], { env });
      try {
        await until(async () => {
          // Each of seven checks waits half a second for its table.
          const waiting = await sql<{ pid: number }[]>`
            SELECT pid FROM pg_stat_activity
            WHERE application_name = 'table-stress audit' AND wait_event_type = 'Lock'`;
          for (const { pid } of waiting) suspend(pid, suspended);
          return waiting.length > 0;
        });
        program.kill('SIGINT');
        await program.until(/stopping after this check/);
      } finally {
        for (const pid of suspended) process.kill(pid, 'SIGCONT');
      }
      return program.ended;
    });
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toMatch(/stopping after this check/);
  });

  it('a connection that is lost: exit 3, and no result', async () => {
    const ended = await stage.sql.begin(async (transaction) => {
      await transaction`LOCK TABLE allocations IN ACCESS EXCLUSIVE MODE`;
      const program = start(['audit', '--database-url-env'], { env });
      const { sql } = stage.reference;
      // Each check waits half a second for the table.
      await until(async () => {
        const ended = await sql`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'table-stress audit' AND wait_event_type = 'Lock'`;
        return ended.length > 0;
      });
      return program.ended;
    });
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/error: AUDIT_DATABASE_URL: .* \(/);
  });

  it('staging needs nothing but the connection string', async () => {
    const ended = await runProgram(['audit', '--target', 'staging', '--check', 'lock-upgrades'], {
      env: { SUPABASE_DB_URL: stage.reference.target.databaseUrl },
    });
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/schema public of staging project/);
    expect(ended.stdout).not.toContain(password());
  });
});
