import { UsageError } from '../../contracts/errors.ts';

/** `legacy`: a JWT of the role service_role; `secret`: a key of the newer kind, `sb_secret_…`. */
export type KeyKind = 'legacy' | 'secret';

const fix =
  'use the secret key (sb_secret_…) or the service_role key, from the API keys page of the project’s dashboard';

/**
 * Checks, without asking anybody, that a key can be the secret key of a project. A JWT is only decoded: whether its
 * signature is right is the project's to say.
 *
 * @param field the variable that holds it, for messages
 * @throws UsageError that says which key it is instead, and never shows it
 */
export function checkKey(key: string, field: string, projectRef: string, now: Date): KeyKind {
  const refuse = (problem: string, advice = fix) => new UsageError(`${field}: ${problem}`, [advice]);
  if (key.startsWith('sb_secret_')) {
    if (!/^sb_secret_[\w-]{8,}$/.test(key)) throw refuse('the secret key is cut off or has something added');
    return 'secret';
  }
  if (key.startsWith('sb_publishable_')) {
    throw refuse('it holds the publishable key, which may not seed and clean up');
  }
  const claims = decode(key);
  if (claims === null) {
    throw refuse(
      'it is neither a secret key (sb_secret_…) nor a legacy key (a JWT, eyJ…); it may be cut off',
    );
  }
  if (claims.role !== 'service_role') {
    const role = typeof claims.role === 'string' && /^\w{1,40}$/.test(claims.role) ? claims.role : 'unknown';
    throw refuse(
      role === 'anon'
        ? 'it holds the anon key, which may not seed and clean up'
        : `it holds a JWT of the role ${role}, not of service_role`,
    );
  }
  if (claims.ref !== undefined && claims.ref !== projectRef) {
    throw refuse(
      `it is the key of another project than ${projectRef}`,
      `copy the key of the project ${projectRef}`,
    );
  }
  if (typeof claims.exp === 'number' && claims.exp * 1000 <= now.getTime()) {
    const day = new Date(claims.exp * 1000).toISOString().slice(0, 10);
    throw refuse(`the key expired on ${day}`, 'copy the present key from the API keys page of the dashboard');
  }
  return 'legacy';
}

/** The claims of a JWT; null when it is none. */
function decode(key: string): Record<string, unknown> | null {
  const parts = key.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || header === '' || signature === '') return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
