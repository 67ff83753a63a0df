import path from 'node:path';
import { limitingParts, type ScalabilityResult } from '../../contracts/scalability-result.ts';
import { estimateInWords, levelRows, modelWords } from '../../report/capacity/scalability-words.ts';
import { paint } from '../terminal.ts';

const BAR = 28;
const marks = { limits: '▲', contributes: '△', 'not seen': '·', 'not observed': '?' } as const;

/** The result on one screen. */
export function renderScalability(
  result: ScalabilityResult,
  { folder, colour }: { folder: string; colour: boolean },
): string {
  const good = result.exit_code === 0;
  const label = result.verdict === 'fail' ? 'FAIL' : result.fit === null ? 'NO LAW' : 'FITTED';
  const style = result.verdict === 'fail' ? 'red' : good ? 'green' : 'yellow';
  const rows = levelRows(result);
  const most = Math.max(...rows.map(({ mean }) => mean), 1e-9);
  return [
    '',
    `${paint(['bold', style], label, colour)}  ${result.headline}`,
    '',
    `  ${'processes'.padStart(9)}  ${'assignments/s'.padStart(13)}  ${'fit'.padStart(7)}  ${'ms/call'.padStart(7)}`,
    ...rows.map(({ concurrency, mean, fitted, response_ms, verdict }) => {
      const bar = '█'.repeat(Math.round((mean / most) * BAR)).padEnd(BAR);
      const mark = verdict === 'pass' ? '' : `  ${verdict}`;
      return `  ${String(concurrency).padStart(9)}  ${mean.toFixed(1).padStart(13)}  ${(fitted?.toFixed(1) ?? '').padStart(7)}  ${response_ms.toFixed(1).padStart(7)}  ${bar}${mark}`;
    }),
    '',
    ...fitLines(result),
    ...result.models.map((model) => `  ${model.name === result.best ? '→' : ' '} ${modelWords(model)}`),
    '',
    ...result.limits.map(
      ({ part, state, evidence }) =>
        `  ${marks[state]} ${state.padEnd(12)} ${limitingParts[part]}: ${evidence}`,
    ),
    ...result.warnings.map((warning) => paint('yellow', `  ! ${warning}`, colour)),
    `  report: ${path.relative(process.cwd(), path.join(folder, 'scalability.html'))}`,
    '',
  ].join('\n');
}

function fitLines({ fit, refusals }: ScalabilityResult): string[] {
  if (fit === null) return refusals.map((reason) => `  no fit: ${reason}`);
  const { lambda, sigma, kappa, goodness } = fit;
  return [
    `  λ ${estimateInWords(lambda)} per second alone, σ ${estimateInWords(sigma)} contention, κ ${estimateInWords(kappa)} coherence, R² ${goodness.r_squared.toFixed(3)}`,
  ];
}
