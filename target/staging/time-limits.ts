import type postgres from 'postgres';

/** The settings that end a statement or a transaction. */
export const limitNames = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
] as const;
export type LimitName = (typeof limitNames)[number];

/** One effective time limit. */
export interface TimeLimit {
  /** Milliseconds; 0: none; null: not known. */
  readonly ms: number | null;
  /** Where it comes from: `role`, `authenticator`, `database`, `server`. */
  readonly from: string;
}

/** The limits under which one role's statements run. */
export type RoleLimits = { readonly role: string } & Readonly<Record<LimitName, TimeLimit>>;

interface Setting {
  role: string | null;
  database: boolean;
  name: LimitName;
  value: string;
}

/**
 * Reads the effective time limits of the roles that calls run as, and of the connection's own.
 *
 * A call through the API runs in a session of PostgREST's login role. PostgREST puts the limits that the role of the
 * call has for all databases on top of it; those for one database only do not count.
 */
export async function readTimeLimits(sql: postgres.Sql, loginRole = 'authenticator'): Promise<RoleLimits[]> {
  const settings = await sql<Setting[]>`
    select r.rolname as role, s.setdatabase <> 0 as database, split_part(entry, '=', 1) as name,
           substr(entry, strpos(entry, '=') + 1) as value
      from pg_db_role_setting s
      left join pg_roles r on r.oid = s.setrole
     cross join unnest(s.setconfig) entry
     where split_part(entry, '=', 1) in ${sql([...limitNames])}
       and (s.setdatabase = 0 or s.setdatabase = (select oid from pg_database where datname = current_database()))`;
  const servers = await sql<{ name: LimitName; setting: string; source: string; own: string }[]>`
    select name, reset_val as setting, source, current_user::text as own from pg_settings
     where name in ${sql([...limitNames])}`;
  const server = (name: LimitName): TimeLimit => {
    const row = servers.find((candidate) => candidate.name === name);
    // The value that this connection asked for, or that its role has, hides the server's.
    const seen = row !== undefined && /^(default|configuration file|command line)$/.test(row.source);
    return { ms: seen ? Number(row.setting) : null, from: 'server' };
  };
  const own = servers[0]?.own ?? 'postgres';
  return effectiveLimits(settings, server, loginRole, own);
}

/** The part of reading that is a rule: which of several settings counts. */
export function effectiveLimits(
  settings: readonly Setting[],
  server: (name: LimitName) => TimeLimit,
  loginRole: string,
  own: string,
): RoleLimits[] {
  const find = (role: string | null, database: boolean, name: LimitName) =>
    settings.find((entry) => entry.role === role && entry.database === database && entry.name === name)
      ?.value;
  const ofSession = (role: string, name: LimitName): TimeLimit => {
    const ofRole = find(role, true, name) ?? find(role, false, name);
    if (ofRole !== undefined) return { ms: milliseconds(ofRole), from: role };
    const ofDatabase = find(null, true, name);
    return ofDatabase === undefined ? server(name) : { ms: milliseconds(ofDatabase), from: 'database' };
  };
  const ofCall = (role: string, name: LimitName): TimeLimit => {
    const ofRole = find(role, false, name);
    return ofRole === undefined ? ofSession(loginRole, name) : { ms: milliseconds(ofRole), from: role };
  };
  const row = (role: string, limit: (role: string, name: LimitName) => TimeLimit): RoleLimits => ({
    role,
    statement_timeout: limit(role, 'statement_timeout'),
    lock_timeout: limit(role, 'lock_timeout'),
    idle_in_transaction_session_timeout: limit(role, 'idle_in_transaction_session_timeout'),
  });
  return [
    ...['anon', 'authenticated', 'service_role'].map((role) => row(role, ofCall)),
    ...[loginRole, own].map((role) => row(role, ofSession)),
  ];
}

const unitsMs: Record<string, number> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A duration as PostgreSQL writes it: `8s`, `2min`, `3000` (milliseconds). */
export function milliseconds(text: string): number | null {
  const match = /^\s*'?(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?'?\s*$/.exec(text);
  return match?.[1] === undefined ? null : Number(match[1]) * (unitsMs[match[2] ?? 'ms'] ?? 1);
}

/** A limit for people: `8 s (authenticator)`. */
export function limitInWords({ ms, from }: TimeLimit): string {
  if (ms === null) return 'not known';
  const value = ms === 0 ? 'none' : ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
  return `${value} (${from})`;
}

/** The limits as lines of a table, the first one its head. */
export function limitsTable(limits: readonly RoleLimits[]): string[] {
  const rows = [
    ['role', 'statement', 'lock wait', 'idle in transaction'],
    ...limits.map((limit) => [limit.role, ...limitNames.map((name) => limitInWords(limit[name]))]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
