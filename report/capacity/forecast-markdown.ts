import type { ForecastResult } from '../../contracts/forecast-result.ts';
import { codeSpan, escapeMarkdown } from '../markdown-text.ts';
import { factorInWords, rangeInWords, runsOutInWords } from './forecast-words.ts';

const titles = { enough: '✅ Enough', 'not enough': '❌ Not enough', unknown: '❔ Unknown' } as const;

/** The result of `forecast` for a pull-request comment. */
export function renderForecastMarkdown(result: ForecastResult): string {
  const { scenarios, gains, capacity } = result;
  const parts = [
    `## ${titles[result.verdict]} · forecast ${codeSpan(result.profile.name)}`,
    escapeMarkdown(result.headline),
    [
      '| Scenario | Busiest at | Required, assignments/s | Headroom | Verdict |',
      '| --- | ---: | ---: | ---: | --- |',
      ...scenarios.map(
        ({ name, busiest_at, required, headroom, verdict }) =>
          `| ${escapeMarkdown(name)} | ${busiest_at} | ${rangeInWords(required)} | ${headroom === null ? 'unknown' : factorInWords(headroom)} | ${verdict} |`,
      ),
    ].join('\n'),
    escapeMarkdown(
      `Capacity: ${capacity.sustainable === null ? 'not known' : `${rangeInWords(capacity.sustainable)} assignments per second`}. ${runsOutInWords(result)}.`,
    ),
    bullets(
      'Measured changes',
      gains.map(
        ({ label, gain, state }) => `${label}: ${gain === null ? 'unknown' : factorInWords(gain)}, ${state}`,
      ),
    ),
    bullets('What to do next', result.advice),
    bullets('Extrapolated', result.extrapolations),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function bullets(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return [`**${title}**`, '', ...lines.map((line) => `- ${escapeMarkdown(line)}`)].join('\n');
}
