import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';

/** Everything that lets a caller in. Each value is a secret, except the anonymous two. */
export interface ProjectKeys {
  /** Signs and checks every JWT of this project (HS256). */
  readonly jwtSecret: string;
  /** Legacy JWT keys. */
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  /** Keys of the newer kind (`sb_publishable_…`, `sb_secret_…`), known to the gateway only. */
  readonly publishableKey: string;
  readonly secretApiKey: string;
}

const tenYearsInSeconds = 10 * 365 * 24 * 60 * 60;

/**
 * New keys for one embedded project.
 *
 * @param ref the project that the legacy keys name
 */
export async function createKeys(ref = 'local'): Promise<ProjectKeys> {
  const jwtSecret = randomBytes(48).toString('base64url');
  return {
    jwtSecret,
    anonKey: await signToken(jwtSecret, { role: 'anon', ref }, tenYearsInSeconds),
    serviceRoleKey: await signToken(jwtSecret, { role: 'service_role', ref }, tenYearsInSeconds),
    publishableKey: `sb_publishable_${randomBytes(24).toString('base64url')}`,
    secretApiKey: `sb_secret_${randomBytes(24).toString('base64url')}`,
  };
}

/**
 * A JWT of this project, for example for a signed-in user: `{ role: 'authenticated', sub: userId }`.
 *
 * @param lifetime seconds from now.
 */
export function signToken(
  jwtSecret: string,
  claims: { role: string } & Record<string, unknown>,
  lifetime: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: 'supabase', ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(new TextEncoder().encode(jwtSecret));
}
