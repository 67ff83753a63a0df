import { ExitCode } from '../contracts/errors.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { InvariantResult, VerdictValue } from '../contracts/verdict.ts';

/** One sentence for the top of every report. */
export function headlineOf(
  verdict: VerdictValue,
  results: readonly InvariantResult[],
  gaps: readonly string[],
  crossed: readonly string[],
): string {
  const broken = results.filter((result) => result.verdict === 'fail');
  if (broken[0]) {
    const more =
      broken.length > 1 ? ` (and ${broken.length - 1} more broken: ${names(broken.slice(1))})` : '';
    return `${broken[0].id} is broken: ${broken[0].summary}${more}`;
  }
  if (verdict === 'unknown') {
    const open = results.filter((result) => result.verdict === 'unknown');
    if (gaps[0]) return `no verdict: ${gaps[0]}`;
    return `no verdict: ${open[0] ? `${open[0].id}: ${open[0].summary}` : 'nothing was observed'}`;
  }
  const kept = `all ${results.length} promises kept`;
  return crossed.length > 0 ? `${kept}, but ${crossed.length} thresholds were crossed` : kept;
}

/** What to do next, one action a line. */
export function nextSteps(
  verdict: VerdictValue,
  results: readonly InvariantResult[],
  gaps: readonly string[],
  crossed: readonly string[],
  manifest: Manifest,
): string[] {
  const broken = results.find((result) => result.verdict === 'fail');
  const steps: string[] = [];
  if (broken) {
    steps.push(`read the evidence for ${broken.id} in report.html`);
    const repro = broken.violations[0]?.repro;
    if (repro) steps.push(`provoke it again: ${repro}`);
  }
  if (verdict === 'unknown' && !manifest.kept) {
    steps.push(wayOut(gaps, manifest));
  }
  if (results.some(({ id, verdict: kept }) => id === 'status-fresh' && kept === 'pass')) {
    steps.push('so that tables unblock on time, deploy what report.html advises: SQL to paste is there');
  }
  if (crossed.length > 0) steps.push(`thresholds crossed: ${crossed.join('; ')}`);
  if (manifest.kept) {
    const place = manifest.command.indexOf('--target');
    const target = place === -1 ? undefined : manifest.command[place + 1];
    steps.push(
      target === undefined || target === 'local'
        ? 'rows were kept: the embedded target keeps them until it ends'
        : `rows were kept; remove them with: npm run stress -- teardown --run ${manifest.run} --target ${target}`,
    );
  }
  return steps;
}

function wayOut(gaps: readonly string[], { failure, isolation, time_limits }: Manifest): string {
  if (failure?.exit_code === ExitCode.interrupted) return 'run again: nothing was proven';
  if (gaps.length > 0) return 'remove the cause above and run again: nothing was proven';
  return isolation?.made === 'before' && time_limits === null
    ? 'set SUPABASE_DB_URL: without it nobody can see whether something is left, so such a run never passes'
    : 'run the scenarios that cover what is unknown, or a longer profile';
}

function names(results: readonly InvariantResult[]): string {
  return results.map((result) => result.id).join(', ');
}
