import type { DiagnosisFinding } from '../../contracts/diagnosis.ts';
import type { Operation } from '../../history/operation.ts';
import type { ScenarioEvidence } from '../evidence.ts';
import { mostFrequent, percent, shareOf, withCode } from '../share.ts';

/** The rows that calls compete for by contract. Anything else that they lock, they share without need. */
const TABLES = 'table_inventory';

/**
 * Deadlocks, told apart by what the victims wanted: a row that is not one of the tables, or one single table, can only be
 * a lock that two hold in a weaker mode and both want to raise; several tables, and no such row, are opposite orders.
 */
export function explainDeadlocks(evidence: ScenarioEvidence): DiagnosisFinding[] {
  const victims = withCode(evidence, '40P01');
  if (victims.length === 0) return [];
  const { scenario, operations, deadlocks } = evidence;
  const share = shareOf(victims.length, operations.length);
  const wanted = mostFrequent(deadlocks.flatMap(({ relation }) => relation ?? []));
  const foreign = wanted !== null && wanted.value !== TABLES;
  const single = victims.filter((operation) => tablesOf(operation) < 2).length;
  const upgrade = foreign || (single > 0 && single * 2 >= victims.length);
  const place = placeOf(evidence);
  const evidenceLines = [
    `${victims.length} of ${operations.length} calls ended in 40P01; ${single} of them wanted one table only`,
    ...(wanted
      ? [
          `in ${wanted.count} of ${deadlocks.length} deadlocks of the server's log the victim waited for a row of ${wanted.value}`,
        ]
      : []),
    ...(place ? [`it came from ${place}`] : []),
    ...(deadlocks.length === 0 ? ["the server's log was not there to say which row it was"] : []),
  ];
  const base = { scenario, share, evidence: evidenceLines };
  if (!upgrade) {
    return [
      {
        ...base,
        cause: 'opposite-lock-order',
        sentence: `${percent(share)} of the calls deadlocked: calls for the same tables lock them in different orders${place ? ` (${place})` : ''}`,
        advice:
          'lock all tables of a call in one statement, ordered by id: PERFORM 1 FROM table_inventory WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE',
      },
    ];
  }
  const row = wanted?.value ?? 'a shared row';
  return [
    {
      ...base,
      cause: 'lock-upgrade',
      sentence: `${percent(share)} of the calls deadlocked: ${place ?? 'the function'} wants a stronger lock on a row of ${row}, while other calls hold the same row in a weaker mode${foreign ? ' (a foreign key of a row that they wrote takes FOR KEY SHARE)' : ' (FOR SHARE)'} and want the same`,
      advice: foreign
        ? `lock the row of ${row} first, before anything is written that refers to it, or use FOR NO KEY UPDATE, or drop the lock`
        : 'take the strongest lock that will be needed at once: FOR NO KEY UPDATE instead of FOR SHARE',
    },
  ];
}

function tablesOf({ input }: Operation): number {
  return 'table_ids' in input ? new Set(input.table_ids).size : 0;
}

function placeOf({ deadlocks }: ScenarioEvidence): string | null {
  const most = mostFrequent(
    deadlocks.flatMap(({ place, statement }) =>
      place === null ? [] : [`${place}${statement === null ? '' : `: ${statement}`}`],
    ),
  );
  return most?.value ?? null;
}
