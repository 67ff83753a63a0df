import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseIn, databaseOfStaging } from '../../../audit/connection/database-url.ts';
import { UsageError } from '../../../contracts/errors.ts';
import { type AuditCommandOptions, checkAuditRequest } from '../../../scripts/audit/request.ts';
import { readEnvironment } from '../../../target/staging/environment.ts';

const usual: AuditCommandOptions = { schema: 'public', limit: '5', statementTimeout: '5000' };
const secret = 'hunter2hunter2';
const address = `postgresql://postgres:${secret}@db.example.com/postgres`;

describe('what is asked for', () => {
  it('is the embedded target without options', async () => {
    expect(await checkAuditRequest(usual, [])).toEqual({
      from: { target: 'local' },
      migrations: null,
      broken: null,
      schema: 'public',
      at: null,
      checks: [],
      limit: 5,
      statementTimeoutMs: 5000,
    });
  });

  it.each<[string, Partial<AuditCommandOptions>, RegExp]>([
    ['an address', { databaseUrl: address }, /takes no address/],
    ['an address without a scheme', { databaseUrl: `${secret}@host` }, /takes no address/],
    ['an address as target', { target: address }, /takes no address/],
    ['an address as the name of a variable', { databaseUrlEnv: address }, /name of a variable/],
    ['two places', { target: 'staging', databaseUrlEnv: 'A' }, /only one of them/],
    [
      'migrations elsewhere',
      { target: 'staging', migrations: 'x' },
      /--migrations works on the local target only/,
    ],
    [
      'migrations with a variable',
      { databaseUrlEnv: 'A', migrations: 'x' },
      /--migrations works on the local/,
    ],
    ['a defect elsewhere', { target: 'staging', broken: 'legacy-refresh' }, /--broken damages/],
    ['a defect of other migrations', { migrations: 'x', broken: 'legacy-refresh' }, /--broken damages/],
    ['an unknown defect', { broken: 'nope' }, /no broken variant "nope"/],
    ['an unknown check', { check: ['status'] }, /--check status: unknown/],
    ['a check that is an address', { check: [address] }, /--check \(not shown\): unknown/],
    ['an instant without a zone', { at: '2026-11-27T20:00:00' }, /--at 2026-11-27T20:00:00: is no instant/],
    ['an instant that is none', { at: '2026-13-45T20:00:00Z' }, /is no instant/],
    ['a limit that is none', { limit: 'all' }, /--limit all/],
    [
      'a time limit below what is sensible',
      { statementTimeout: '5' },
      /--statement-timeout 5: is not a whole number of milliseconds from 100 to 60000/,
    ],
  ])('%s is refused', async (_, change, message) => {
    const refusal = checkAuditRequest({ ...usual, ...change }, []).then(async (request) => {
      // The name of a variable is judged when it is looked up.
      if ('variable' in request.from) databaseIn(String(request.from.variable));
      return request;
    });
    const error = await refusal.catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UsageError);
    const { message: text, fixes } = error as UsageError;
    expect(text).toMatch(message);
    expect(fixes.length).toBeGreaterThan(0);
    expect([text, ...fixes].join()).not.toContain(secret);
  });

  it('an address among the arguments is refused, and anything else too', async () => {
    await expect(checkAuditRequest(usual, [address])).rejects.toThrow(/takes no address/);
    await expect(checkAuditRequest(usual, ['status-differs'])).rejects.toThrow(/takes options only/);
  });
});

describe('the connection string', () => {
  const environment = (values: Record<string, string>) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ts-audit-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return readEnvironment(values, folder);
  };
  const of = (text: string) => databaseIn('A', environment({ A: text }));

  it('is taken apart, and only what is known is passed on', () => {
    expect(of(`${address}?options=-c%20default_transaction_read_only=off&application_name=x`)).toEqual({
      url: `postgres://postgres:${secret}@db.example.com:5432/postgres?sslmode=require`,
      host: 'db.example.com:5432',
      database: 'postgres',
      field: 'A',
      description: 'A (db.example.com:5432/postgres)',
    });
    expect(of(`${address}?sslmode=verify-full`).url).toMatch(/sslmode=verify-full$/);
    expect(of('postgres://me:p%40ss@127.0.0.1:6543').url).toBe(
      'postgres://me:p%40ss@127.0.0.1:6543/postgres?sslmode=prefer',
    );
  });

  it('is found in .env as well', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ts-audit-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(path.join(folder, '.env'), `AUDIT_DATABASE_URL=${address}\n`, { mode: 0o600 });
    expect(databaseIn('AUDIT_DATABASE_URL', readEnvironment({}, folder)).host).toBe('db.example.com:5432');
  });

  it.each([
    ['nothing', '', /^A: not set/],
    ['no connection string', 'db.example.com', /is no connection string/],
    ['another scheme', 'mysql://a:b@c/d', /begins with mysql:/],
    ['no user', 'postgres://db.example.com/postgres', /names no user/],
    ['the placeholder', 'postgres://a:[YOUR-PASSWORD]@db.example.com/x', /placeholder/],
    ['a # in the password', `postgres://a:${secret}#1@db.example.com/x`, /A: it/],
    ['encryption by chance', `${address}?sslmode=prefer`, /sslmode may or may not encrypt/],
  ])('%s is refused, without the password', (_, text, message) => {
    const error = (() => {
      try {
        return of(text);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(message);
    expect(JSON.stringify([(error as UsageError).message, (error as UsageError).fixes])).not.toContain(
      secret,
    );
  });

  it('of staging has to be the project that is named', () => {
    const ref = 'abcdefghijklmnopqrst';
    const SUPABASE_DB_URL = `postgresql://postgres.${ref}:${secret}@eu.pooler.supabase.com:6543/postgres`;
    expect(databaseOfStaging(environment({ SUPABASE_DB_URL })).description).toBe(
      `staging project ${ref} (eu.pooler.supabase.com:6543)`,
    );
    const other = { SUPABASE_DB_URL, TABLE_STRESS_PROJECT_REF: 'tsrqponmlkjihgfedcba' };
    expect(() => databaseOfStaging(environment(other))).toThrow(
      /another project than TABLE_STRESS_PROJECT_REF/,
    );
    expect(() => databaseOfStaging(environment({}))).toThrow(/SUPABASE_DB_URL: not set/);
  });
});
