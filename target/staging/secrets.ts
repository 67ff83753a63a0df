import type { StagingSettings } from './configuration.ts';

/**
 * What must never be shown or written: the key and the database's password, as they are, URL-encoded and as they stand
 * in the URL, and the signature of a legacy key, which alone would make the key again.
 */
export function secretsOf({ key, databaseUrl }: Pick<StagingSettings, 'key' | 'databaseUrl'>): string[] {
  const parts = key.split('.');
  const signature = parts.length === 3 ? [parts[2] ?? ''] : [];
  const spellings = [key, ...signature, ...passwordsIn(databaseUrl ?? '')].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
  ]);
  // Longest first: a part must not be replaced inside the whole, which would leave the rest readable.
  return [...new Set(spellings)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
}

function passwordsIn(databaseUrl: string): string[] {
  // By hand: what cannot be parsed as a URL may well hold a password.
  const raw = /^\w+:\/\/[^:@/]*:(.*)@/s.exec(databaseUrl)?.[1] ?? '';
  const found = [raw];
  try {
    found.push(new URL(databaseUrl).password);
  } catch {}
  return found.flatMap((password) => {
    try {
      return [password, decodeURIComponent(password)];
    } catch {
      return [password];
    }
  });
}
