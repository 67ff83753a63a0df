import { expect } from 'vitest';
import { UsageError } from '../../../../contracts/errors.ts';
import type { StagingSettings } from '../../../../target/staging/configuration.ts';

export const ref = 'abcdefghijklmnopqrst';
export const otherRef = 'zyxwvutsrqponmlkjihg';
export const password = 'pa55 w%rd@home';
export const secretKey = 'sb_secret_0123456789abcdefghijk';

/** A JWT whose signature nobody checks. */
export function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'supabase', exp: 2_000_000_000, ...claims })}.c2lnbmF0dXJlLW9mLXRoZS1rZXk`;
}

/** Settings that the guard accepts. */
export const settings: StagingSettings = {
  url: `https://${ref}.supabase.co`,
  key: secretKey,
  keyField: 'SUPABASE_SECRET_KEY',
  databaseUrl: `postgresql://postgres:${encodeURIComponent(password)}@db.${ref}.supabase.co:5432/postgres`,
  projectRef: ref,
  protectedRefs: [],
  warnings: [],
};

/** The one line that a refusal shows, with its fixes, after a look for secrets in it. */
export function refusal(action: () => unknown, secrets: readonly string[] = []): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message, fixes, exitCode } = error as UsageError;
    expect(exitCode).toBe(2);
    expect(fixes.length).toBeGreaterThan(0);
    const shown = [message, ...fixes].join('\n');
    for (const secret of [secretKey, password, encodeURIComponent(password), ...secrets]) {
      expect(shown).not.toContain(secret);
    }
    return message;
  }
  throw new Error('was not refused');
}
