import type { CheckResult, CheckVerdict, Evidence } from '../contracts/audit-result.ts';
import { messageOf } from '../contracts/errors.ts';
import { literal } from '../sql/quoting.ts';
import type { Check, Context, Impossible, Question } from './check.ts';
import { isRefusal, type Patience, type ReadOnlyDatabase, refusalInWords } from './connection/read-only.ts';
import { obstaclesTo } from './deployment/needs.ts';

/** What the database answers to a question, as far as it is needed. */
interface Answer {
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: readonly Evidence[];
  readonly lookedAt: number;
}

/**
 * Asks one check's question, in a transaction of its own, and judges the answer. What keeps it from being asked, or
 * answered in time, makes it `not possible`; the other checks go on.
 *
 * @param limit rows of evidence to keep; all are counted
 */
export async function judge(
  check: Check,
  context: Context,
  database: ReadOnlyDatabase,
  options: { limit: number; patience: Patience },
): Promise<CheckResult> {
  const obstacles = obstaclesTo(check.needs, context.deployment);
  if (obstacles.length > 0) {
    const reason = [...new Set(obstacles.map((each) => each.reason))].join('; ');
    return notPossible(check, reason, { next: [...new Set(obstacles.map((each) => each.next))] });
  }
  const question = askedBy(check, context);
  if ('impossible' in question) return notPossible(check, question.impossible, { next: question.next ?? [] });
  const query = question.query === null ? null : `${question.query.trim()};`;
  try {
    const answer = await database.transaction(async (ask) => {
      const [row] = await ask<Answer>(wrapped(check, question, options.limit));
      return row;
    });
    if (answer === undefined) return notPossible(check, 'the database gave no answer', { query });
    if (check.needsRows && answer.lookedAt === 0)
      return notPossible(check, `there are no ${question.lookedAt.of}`, { query });
    const notes = await askNotes(question, database);
    return judgeAnswer(check, question, { ...answer, notes }, query);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const next =
      error.code === '57014'
        ? ['give it more time with --statement-timeout, or run it at a quiet hour or on a read replica']
        : [];
    return notPossible(check, refusalInWords(error, options.patience), { query, next });
  }
}

/** A check that fails by itself says nothing, and the others go on. */
function askedBy(check: Check, context: Context): Question | Impossible {
  try {
    return check.ask(context);
  } catch (error) {
    return { impossible: `the check itself failed (${messageOf(error)}): this is a defect of table-stress` };
  }
}

/** The question with everything that is wanted of its answer, in one statement and so of one snapshot. */
function wrapped(check: Check, { query, lookedAt }: Question, limit: number): string {
  const rows = query ?? `select null::text as reason where false`;
  const count = typeof lookedAt.count === 'number' ? String(lookedAt.count) : `(${lookedAt.count.sql})`;
  return `
with finding as materialized (
${rows.trim()}
)
select (select coalesce(json_object_agg(reason, n), '{}')
          from (select reason, count(*) as n from finding group by reason) g) as counts,
       (select coalesce(json_agg(row_to_json(f)), '[]') from (select * from finding limit ${limit}) f) as rows,
       ${count}::float8 as "lookedAt", ${literal(check.id)} as check`;
}

/** What is worth a sentence and no finding. It is asked apart: that it takes too long must not spoil the answer. */
async function askNotes({ notes = [] }: Question, database: ReadOnlyDatabase): Promise<string[]> {
  const sentences: string[] = [];
  for (const { sql, says } of notes) {
    try {
      const [row] = await database.transaction((ask) =>
        ask<{ number: number }>(`select (${sql})::float8 as number`),
      );
      if (row !== undefined && row.number > 0) sentences.push(says(row.number));
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return sentences;
}

function judgeAnswer(
  check: Check,
  question: Question,
  answer: Answer & { notes: readonly string[] },
  query: string | null,
): CheckResult {
  const reasons = Object.entries(check.reasons).flatMap(([reason, { says, next, means = 'finding' }]) => {
    const count = answer.counts[reason] ?? 0;
    return count === 0 ? [] : [{ reason, says, next, means, count }];
  });
  const unknown = Object.keys(answer.counts).filter((reason) => check.reasons[reason] === undefined);
  if (unknown.length > 0) throw new Error(`check ${check.id} has no reason ${unknown.join(', ')}`);
  const findings = reasons.filter(({ means }) => means === 'finding');
  const unclear = [
    ...(question.unclear ?? []),
    ...reasons.filter(({ means }) => means === 'unclear').map(({ says }) => says),
  ];
  const count = findings.reduce((sum, each) => sum + each.count, 0);
  const verdict: CheckVerdict = count > 0 ? 'finding' : unclear.length > 0 ? 'not possible' : 'ok';
  const { of } = question.lookedAt;
  const looked = `${answer.lookedAt} ${of}`;
  const summary = {
    finding: findings.map((each) => `${each.count} × ${each.reason}`).join(', '),
    'not possible': `${looked} without a finding, but not all could be read: ${unclear.length === 1 ? unclear[0] : `${unclear.length} places`}`,
    ok: `${looked}, none of them a finding`,
  };
  return {
    ...frame(check),
    verdict,
    summary: summary[verdict],
    looked_at: { count: answer.lookedAt, of },
    count,
    reasons: reasons.map(({ next: _, ...each }) => each),
    rows: [...answer.rows],
    query,
    next: [...new Set(reasons.map(({ next }) => next))],
    notes: [...answer.notes, ...(question.remarks ?? [])],
    not_seen: [...unclear, ...(question.notSeen ?? [])],
  };
}

function notPossible(
  check: Check,
  summary: string,
  given: { query?: string | null; next?: readonly string[] },
): CheckResult {
  return {
    ...frame(check),
    verdict: 'not possible',
    summary,
    looked_at: null,
    count: 0,
    reasons: [],
    rows: [],
    query: given.query ?? null,
    next: [...(given.next ?? [])],
    notes: [],
    not_seen: [summary],
  };
}

function frame({ id, kind, severity, sentence }: Check) {
  return { id, kind, severity, sentence };
}
