import type { Cause, DiagnosisFinding } from '../../contracts/diagnosis.ts';
import type { ScenarioEvidence } from '../evidence.ts';
import { percent, shareOf, withCode } from '../share.ts';

interface Told {
  cause: Cause;
  codes: string[];
  happened: string;
  advice: string;
}

/** Causes that the answers name themselves. */
const told: readonly Told[] = [
  {
    cause: 'schema-not-exposed',
    codes: ['PGRST106'],
    happened: 'were refused because PostgREST does not serve the schema',
    advice:
      'expose it: `npm run stress -- isolate` does, or the dashboard under API settings; `doctor` says what hides it',
  },
  {
    cause: 'ambiguous-overloads',
    codes: ['PGRST203'],
    happened: 'were refused because several overloads of the function fit their parameters',
    advice: 'drop the older overload, or have callers name all parameters',
  },
  {
    cause: 'pool-exhausted',
    codes: ['PGRST003', '53300'],
    happened: 'got no database connection in time: all of the pool were busy',
    advice:
      'first shorten what keeps them (see the other findings); then raise the pool size, or send less at once',
  },
  {
    cause: 'statement-time-out',
    codes: ['57014'],
    happened: 'were cancelled by the statement time limit of their role',
    advice:
      'find what they waited for (locks, see the other findings); a higher limit only makes the queue longer',
  },
];

export function explainAnswers(evidence: ScenarioEvidence): DiagnosisFinding[] {
  const { scenario, operations, counters } = evidence;
  return told.flatMap(({ cause, codes, happened, advice }): DiagnosisFinding[] => {
    const hit = withCode(evidence, ...codes);
    const [first] = hit;
    if (!first) return [];
    const share = shareOf(hit.length, operations.length);
    const message =
      typeof first.value === 'object' && first.value !== null && 'message' in first.value
        ? [`the answer: ${first.value.message}`]
        : [];
    const connections =
      cause === 'pool-exhausted' && counters?.api_connections
        ? [`the API had ${counters.api_connections} connections at the end`]
        : [];
    return [
      {
        cause,
        scenario,
        share,
        sentence: `${percent(share)} of the calls ${happened}`,
        evidence: [
          `${hit.length} of ${operations.length} calls: ${codes.join(' or ')}`,
          ...message,
          ...connections,
        ],
        advice,
      },
    ];
  });
}
