import { TargetError } from '../../contracts/errors.ts';
import { transactionPooler } from './pooler.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly problem: string;
  readonly fix: string;
}

/** Refusals of PostgreSQL and of Supabase's pooler, by their words or codes. */
const rules: readonly Rule[] = [
  {
    pattern: /28P01|password authentication failed|SASL|wrong password/i,
    problem: 'the database refuses the password',
    fix: 'write its special characters URL-encoded, or set a new one in the dashboard (Database settings)',
  },
  {
    pattern: /tenant or user not found|ENOTFOUND.*tenant|XX000.*tenant/i,
    problem: 'the pooler knows no such project',
    fix: 'copy the session pooler’s string from Connect in the dashboard: host (region) and user must be this project’s',
  },
  {
    pattern: /3D000|database ".*" does not exist/,
    problem: 'there is no such database',
    fix: 'the database of a Supabase project is called postgres',
  },
  {
    pattern: /EMAXCONN|max clients|53300|too many (clients|connections)|remaining connection slots/i,
    problem: 'all connections are taken',
    fix: 'end other sessions, or wait until they are idle',
  },
  {
    pattern: /57P03|starting up|shutting down|recovery mode/i,
    problem: 'the database is starting or stopping',
    fix: 'wait until it is healthy in the dashboard',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    problem: 'the name of its host is not known',
    fix: 'compare it with Connect in the dashboard',
  },
  {
    pattern: /ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL/,
    problem: 'its network cannot be reached: the direct connection is IPv6',
    fix: 'where there is no IPv6, use the session pooler (port 5432)',
  },
  {
    pattern: /ECONNREFUSED/,
    problem: 'nothing listens there',
    fix: 'check that the project is up and that the port is 5432',
  },
  {
    pattern: /CONNECT_TIMEOUT|ETIMEDOUT/,
    problem: 'it does not answer in time',
    fix: 'check network restrictions; the direct connection is IPv6, the session pooler is IPv4',
  },
  {
    pattern: /certificate|SELF_SIGNED|CERT_/i,
    problem: 'its certificate is not trusted',
    fix: 'give Supabase’s certificate in NODE_EXTRA_CA_CERTS, or leave sslmode out',
  },
];

/**
 * Why the database could not be reached, in words, without a secret.
 *
 * @param field the variable that holds its address
 */
export function databaseProblem(error: unknown, host: string, field = 'SUPABASE_DB_URL'): TargetError {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const cause = (error as { cause?: unknown } | null)?.cause;
  const text = `${String(code ?? '')} ${String(message ?? error)} ${String((cause as { code?: unknown } | undefined)?.code ?? '')}`;
  // PgBouncer's words for settings that a session would accept, and for a prepared statement that it lost.
  if (/unsupported startup parameter|26000|42P05/i.test(text)) return transactionPooler();
  const rule = rules.find(({ pattern }) => pattern.test(text));
  if (rule) return new TargetError(`${field}: ${rule.problem} (${host})`, [rule.fix]);
  const shown = typeof code === 'string' && /^[\w ]{1,40}$/.test(code) ? code : 'no reason given';
  return new TargetError(`${field}: the database at ${host} cannot be reached (${shown})`, [
    'check that the project is up, and the connection string against Connect in the dashboard',
  ]);
}
