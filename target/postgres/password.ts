import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** A new password of 192 random bits that needs no escaping in a URL. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * What PostgreSQL stores for a password (RFC 5803). Sent in its place, so that the password itself never appears in
 * the server's log, in pg_stat_activity or in pg_stat_statements.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
