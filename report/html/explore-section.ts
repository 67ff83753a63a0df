import { caseEvidence, exploreSummary } from '../explore/page.ts';
import type { ReportData } from '../report-data.ts';
import { html } from './html.ts';
import type { Section } from './page.ts';

/** Interleavings of a few calls that were run beside the load; null when none were to be. */
export function exploreSection({ explored }: ReportData): Section | null {
  if (!explored) return null;
  const { cases, skipped } = explored;
  const broken = cases.filter(({ findings }) => findings.length > 0);
  const body =
    skipped !== null
      ? html`<p>No interleaving was run: ${skipped}. So nothing of them has passed either.</p>`
      : html`${exploreSummary(explored)}
${broken.map((each) => caseEvidence(each, 'h3'))}
<p>What is bounded by time here, <code>npm run stress -- explore</code> runs to its end, with all cases.</p>`;
  return { id: 'interleavings', title: 'Interleavings', body };
}
