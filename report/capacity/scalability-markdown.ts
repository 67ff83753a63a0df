import { limitingParts, type ScalabilityResult } from '../../contracts/scalability-result.ts';
import { formatDuration } from '../format.ts';
import { codeSpan, escapeMarkdown } from '../markdown-text.ts';
import { estimateInWords, levelRows, modelWords, number } from './scalability-words.ts';
import { sliceWords } from './slice-words.ts';

/** The result of `scalability` for a pull-request comment. */
export function renderScalabilityMarkdown(result: ScalabilityResult): string {
  const { fit, refusals, models, limits, warnings } = result;
  const parts = [
    `## Scalability · table-stress ${codeSpan(result.run)}`,
    escapeMarkdown(result.headline),
    escapeMarkdown(`${result.target.description}; ${sliceWords(result.slice)}`),
    [
      '| Processes | Assignments/s | Law | Mean of a call | Promises |',
      '| ---: | ---: | ---: | ---: | --- |',
      ...levelRows(result).map(
        ({ concurrency, mean, low, high, fitted, response_ms, verdict }) =>
          `| ${concurrency} | ${number(mean)} (${number(low)} to ${number(high)}) | ${fitted === null ? '' : number(fitted)} | ${formatDuration(response_ms)} | ${verdict} |`,
      ),
    ].join('\n'),
    fit === null
      ? bullets('No law', refusals)
      : `λ ${estimateInWords(fit.lambda)}, σ ${estimateInWords(fit.sigma)}, κ ${estimateInWords(fit.kappa)}, R² ${fit.goodness.r_squared.toFixed(3)}`,
    bullets(
      'Models',
      models.map((model) => `${modelWords(model)}${model.name === result.best ? ' (explains best)' : ''}`),
    ),
    bullets(
      'What limits',
      limits.map(({ part, state, evidence }) => `${state}: ${limitingParts[part]}; ${evidence}`),
    ),
    bullets('Warnings', warnings),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function bullets(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return [`**${title}**`, '', ...lines.map((line) => `- ${escapeMarkdown(line)}`)].join('\n');
}
