import { refreshJob } from '../contracts/refresh-job.ts';
import { type Bracket, type FreshnessRow, freshnessRows } from '../verify/freshness/rows.ts';
import type { Direction } from '../verify/freshness/staleness.ts';
import { inSeconds } from '../verify/freshness/words.ts';
import { plural } from './format.ts';
import type { ReportData } from './report-data.ts';

/** What was measured at boundaries, and what follows from it, in words. */
export interface FreshnessWords {
  measured: string[];
  /** What to do so that tables unblock on time. */
  advice: string;
  /** What to know of it. */
  remarks: string[];
  /** SQL to paste; null where refreshing did not help. */
  sql: string | null;
}

/** null when nothing was measured. */
export function freshnessWords({ freshness, manifest }: ReportData): FreshnessWords | null {
  const rows = freshness ? freshnessRows(freshness) : [];
  if (!freshness || rows.length === 0) return null;
  const every = rows.filter(({ policy }) => policy === 'every');
  const measured = [
    'Nothing refreshes a status just because time passes: only a change of a booking or an allocation does.',
    ...withoutRefresh(rows),
    ...onRead(rows),
    ...(every.length > 0 ? [`A refresh every ${inSeconds(freshness.every_ms)} left ${eachWay(every)}.`] : []),
  ];
  const helps =
    every.length > 0 && every.every(({ not_refreshed, still_stale }) => not_refreshed + still_stale === 0);
  if (!helps) {
    const advice =
      'Refreshing on a schedule did not bring every status up to date here: before deploying it, see what status-rule and status-fresh found.';
    return { measured, advice, remarks: [], sql: null };
  }
  const interval = inSeconds(freshness.every_ms);
  return {
    measured,
    advice: `So that tables unblock on time, refresh every ${interval}: run this once in the SQL editor.`,
    remarks: [
      `A status is then stale for at most ${interval}, and the time that one run takes. The job looks only at tables that may have to change.`,
      'Where few screens show statuses, calling refresh_table_status just before each read does as well.',
    ],
    sql: refreshJob(manifest?.isolation?.source ?? 'public', freshness.every_ms),
  };
}

function withoutRefresh(rows: readonly FreshnessRow[]): string[] {
  return rows
    .filter(({ policy, not_refreshed }) => policy === 'none' && not_refreshed > 0)
    .map(({ direction, boundaries, not_refreshed, longest }) => {
      const what =
        direction === 'blocked too long'
          ? 'left the table blocked until something else happened to it or observation ended'
          : 'left the table available until guests checked in, the window was over or observation ended';
      const edge = direction === 'blocked too long' ? 'ends' : 'starts';
      return `Without a refresh, ${not_refreshed} of ${plural(boundaries, `${edge.slice(0, -1)} of a window`, `${edge} of windows`)} ${what}: ${upTo(longest)}.`;
    });
}

function onRead(rows: readonly FreshnessRow[]): string[] {
  const own = rows.filter(({ policy }) => policy === 'on-read');
  if (own.length === 0) return [];
  const stale = own.reduce((sum, { stale_reads }) => sum + stale_reads, 0);
  const shown = stale === 0 ? 'no read showed' : `${plural(stale, 'read')} still showed`;
  return [`With a refresh just before each read, ${shown} a wrong status after a boundary.`];
}

const wrong: Readonly<Record<Direction, string>> = {
  'blocked too long': 'tables blocked',
  'free too long': 'tables available',
};
const after: Readonly<Record<Direction, string>> = {
  'blocked too long': 'after their window had ended',
  'free too long': 'after it had begun',
};

function eachWay(rows: readonly FreshnessRow[]): string {
  return rows
    .toReversed()
    .map(({ direction, longest }) => `${wrong[direction]} ${upTo(longest)} ${after[direction]}`)
    .join(', and ');
}

function upTo({ least_ms, most_ms }: Bracket): string {
  return most_ms === null ? `for ${inSeconds(least_ms)} or longer` : `for at most ${inSeconds(most_ms)}`;
}

/** `414–420 ms`, `≥ 2.5 s`. */
export function bracketInWords({ least_ms, most_ms }: Bracket): string {
  if (most_ms === null) return `≥ ${inSeconds(least_ms)}`;
  const [least, most] = [inSeconds(least_ms), inSeconds(most_ms)];
  if (least === most) return most;
  const unit = most.slice(most.indexOf(' '));
  return `${least.endsWith(unit) ? least.slice(0, -unit.length) : least}–${most}`;
}

/** What the measurement itself cannot tell apart. */
export function resolutionInWords({ freshness, manifest, history }: ReportData): string {
  if (freshness?.clock === 'virtual') {
    return 'The clock stood at each instant, so these times are exact; nothing was waited for.';
  }
  const anchors = [...(history?.anchors.values() ?? [])].map(({ error_ms }) => error_ms);
  const error = (manifest?.database_clock?.error_ms ?? 0) + Math.max(0, ...anchors);
  return `Bounds are the last read that was still wrong and the first that was right, or the begin and the end of the refresh between them where that is narrower. The clocks are known to ± ${Math.max(0.1, error).toFixed(1)} ms, which is allowed for.`;
}
