import postgres from 'postgres';
import { loadParser } from '../../../sql/parser.ts';
import { decodeSource } from '../../../target/migrations/source.ts';
import { splitStatements } from '../../../target/migrations/statements.ts';

/** What a script showed. */
export interface Shown {
  /** What each step was answered: `A1 ok`, `B1 P0001`. */
  answers: string[];
  /** Rows of the queries of which each row is a contradiction. */
  contradictions: number;
}

/** A plain client, as a person has one. */
function client(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}

/** Plays a script from its first statement to its last, in one session, one statement after the other. */
export async function playInOneSession(url: string, script: string): Promise<Shown> {
  const sql = client(url);
  try {
    const [before = '', check = ''] = script.split('-- ===== check =====');
    for (const statement of await statementsOf(before)) await sql.unsafe(statement);
    return await readShown(sql, await statementsOf(check));
  } finally {
    await sql.end();
  }
}

/** Plays a script as its header says: a client for each session, which wait until the barrier is lowered. */
export async function playAtBarrier(url: string, script: string): Promise<Shown> {
  const parts = script.split(/(?=^-- ===== )/m);
  const part = (name: string): string => parts.find((text) => text.startsWith(`-- ===== ${name}`)) ?? '';
  const setUp = await statementsOf(part('set-up'));
  const [searchPath = ''] = setUp;
  const steps = part('sessions').split(/(?=^-- session )/m);
  const sessions = new Map<string, string[]>();
  for (const step of steps) {
    const [, session] = /^-- session (\w), step/.exec(step) ?? [];
    if (session === undefined) continue;
    sessions.set(session, [...(sessions.get(session) ?? [searchPath]), ...(await statementsOf(step))]);
  }
  const control = client(url);
  const clients: postgres.Sql[] = [];
  try {
    for (const statement of setUp) await control.unsafe(statement);
    await control.unsafe('SELECT table_stress_repro.raise_barrier()');
    const played = [...sessions.values()].map(async (statements) => {
      const sql = client(url);
      clients.push(sql);
      for (const statement of statements) await sql.unsafe(statement);
    });
    await untilWaiting(control, sessions.size);
    await control.unsafe('SELECT table_stress_repro.lower_barrier()');
    await Promise.all(played);
    return await readShown(control, [
      ...(await statementsOf(part('check'))),
      ...(await statementsOf(part('clean-up'))),
    ]);
  } finally {
    await Promise.all([control, ...clients].map((sql) => sql.end()));
  }
}

/** The first query tells the answers; of the others each row is a contradiction. */
async function readShown(sql: postgres.Sql, statements: readonly string[]): Promise<Shown> {
  const [answers = '', ...others] = statements;
  const shown: Shown = { answers: [], contradictions: 0 };
  for (const row of await sql.unsafe(answers)) shown.answers.push(`${row.step} ${row.answer}`);
  for (const statement of others) shown.contradictions += (await sql.unsafe(statement)).length;
  return shown;
}

async function untilWaiting(sql: postgres.Sql, sessions: number): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const [row] = await sql<{ waiting: number }[]>`
      select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted`;
    if (row?.waiting === sessions) return;
    if (performance.now() > end)
      throw new Error(`${row?.waiting} of ${sessions} sessions wait at the barrier`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function statementsOf(text: string): Promise<string[]> {
  await loadParser();
  return splitStatements(decodeSource(Buffer.from(text))).statements.map((statement) => statement.text);
}
