import type { CapacityResult } from '../../contracts/capacity-result.ts';
import { escapeMarkdown } from '../markdown-text.ts';
import {
  answerInWords,
  brokeFirstInWords,
  kneeInWords,
  latencyInWords,
  limitInWords,
  outcomeInWords,
  perSecond,
  promisesInWords,
  searchInWords,
  share,
  sliceInWords,
  sloInWords,
  warmUpInWords,
} from './words.ts';

/** The result of `capacity` for pull requests. */
export function renderCapacityMarkdown(result: CapacityResult): string {
  const { isolated, warnings, steps, run } = result;
  const facts: [string, string][] = [
    ['SLO', sloInWords(result)],
    ['What limits it', limitInWords(result)],
    ['What broke first', brokeFirstInWords(result)],
    ['Knee', kneeInWords(result) ?? 'not seen'],
    ['Promises', promisesInWords(result)],
    ['Load', sliceInWords(result)],
    ['Search', searchInWords(result)],
    ['Left behind', `${isolated.verdict}: ${isolated.summary}`],
  ];
  const lines = [
    `# Capacity ${run}: ${escapeMarkdown(answerInWords(result))}`,
    '',
    `${escapeMarkdown(result.headline)}.`,
    '',
    ...warnings.map((warning) => `- ${escapeMarkdown(warning)}`),
    ...(warnings.length > 0 ? [''] : []),
    '| what | answer |',
    '| --- | --- |',
    ...facts.map(([name, text]) => `| ${name} | ${escapeMarkdown(text)} |`),
    '',
    '| step | for | offered | answered | p50 | p95 | p99 | errors | warm-up left out | result |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |',
    ...steps.map((step) =>
      [
        '',
        step.number,
        step.phase,
        perSecond(step.rate),
        perSecond(step.achieved),
        latencyInWords(step.p50),
        latencyInWords(step.p95),
        latencyInWords(step.p99),
        share(step.error_share),
        warmUpInWords(step),
        escapeMarkdown(outcomeInWords(step)),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
