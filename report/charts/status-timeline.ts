import { nameOf } from '../../plan/identity.ts';
import { type Html, html } from '../html/html.ts';
import { isStale, type StatusLane, type StatusRead, statusAt } from '../statistics/status-lanes.ts';
import { LANE_LEFT, LANE_RIGHT, laneFrame, px } from './lane-frame.ts';
import { evenScale, type TimeScale } from './time-scale.ts';

const ROW = 20;
const BAR = 13;
const LANE = 3 * ROW + 34;

/** More reads than this in a row are not marked one by one, only those that differ from the rule. */
const MOST_MARKS = 120;

const known = new Set(['available', 'reserved', 'occupied', 'out_of_service']);

/** For each table three rows: what the rule gives, what was stored as far as reads tell, and its refreshes. */
export function drawStatusLanes(lanes: readonly StatusLane[], span: number, scaleOf = evenScale): Html {
  const scale = scaleOf(span, LANE_LEFT, LANE_RIGHT);
  const label = `Status of ${lanes.length} tables over time: what the rule gives, what reads showed as stored, and when they were refreshed; in numbers in the table below`;
  return laneFrame(label, lanes.length * LANE + 26, scale, [
    patterns,
    ...lanes.map((lane, index) => drawLane(lane, span, index * LANE, scale)),
  ]);
}

/** Hatching tells the statuses apart without colour. */
const patterns = html`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M1 0V6"/></pattern></defs>`;

function drawLane(lane: StatusLane, span: number, top: number, scale: TimeScale): Html {
  const { table, policy, changes, reads, refreshes } = lane;
  const rule = [0, ...changes.map((change) => change.at)].map((at, index) => ({
    from: at,
    to: changes[index]?.at ?? span,
    status: statusAt(changes, at),
  }));
  const first = top + 24;
  return html`<g><text class="lane-title" x="0" y="${top + 16}">${nameOf(table)}${policy && html`<tspan class="lane-policy">: ${policy}</tspan>`}</text>
${row('rule', rule, [], first, scale)}
${row('stored', heldOf(reads, span), reads, first + ROW, scale)}
${refreshRow(refreshes, first + 2 * ROW, scale)}
<path class="boundaries" d="${changes.map(({ at }) => `M${px(scale.x(at))} ${first - 4}V${first + 3 * ROW - 3}`).join('')}"/></g>`;
}

function refreshRow(refreshes: readonly number[], y: number, scale: TimeScale): Html {
  const marks = evenly(refreshes, MOST_MARKS).map((at) => `M${px(scale.x(at))} ${y}l3 4-3 4-3-4Z`);
  return html`${rowName('refreshes', y)}${
    marks.length > 0
      ? html`<path class="refreshes" d="${marks.join('')}"/>`
      : html`<text class="lane-name" x="${LANE_LEFT}" y="${y + 10}">none</text>`
  }`;
}

function rowName(name: string, y: number): Html {
  return html`<text class="lane-name" x="${LANE_LEFT - 10}" y="${y + 10}" text-anchor="end">${name}</text>`;
}

/** At most so many of them, from all over. */
function evenly<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values;
  return values.filter(
    (_, index) =>
      Math.floor((index * most) / values.length) !== Math.floor(((index - 1) * most) / values.length),
  );
}

interface Stretch {
  from: number;
  to: number;
  status: string;
}

/** A status holds until a read shows another one. */
function heldOf(reads: readonly StatusRead[], span: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { to, status } of reads) {
    const last = stretches.at(-1);
    if (last) last.to = to;
    if (last?.status !== status) stretches.push({ from: to, to: span, status });
  }
  const end = reads.at(-1)?.to ?? span;
  return stretches.map((stretch) => ({ ...stretch, to: Math.min(stretch.to, end) }));
}

function row(
  name: string,
  stretches: readonly Stretch[],
  reads: readonly StatusRead[],
  y: number,
  scale: TimeScale,
): Html {
  const marked = reads.length > MOST_MARKS ? reads.filter(isStale).slice(0, MOST_MARKS) : reads;
  const sound = marked
    .filter((read) => !isStale(read))
    .map(({ to }) => `M${px(scale.x(to))} ${y + BAR - 4}v4`);
  const stale = marked.filter(isStale).map(({ to }) => `M${px(scale.x(to))} ${y - 3}l3.5 6h-7Z`);
  return html`${rowName(name, y)}${stretches.map(({ from, to, status }) =>
    bar(scale.x(from), scale.x(to), y, status),
  )}${sound.length > 0 && html`<path class="reads" d="${sound.join('')}"/>`}${stale.length > 0 && html`<path class="stale" d="${stale.join('')}"/>`}`;
}

function bar(x: number, end: number, y: number, status: string): Html {
  const width = Math.max(end - x, 0.5);
  const kind = known.has(status) ? status : 'other';
  const shape = (name: string): Html =>
    html`<rect class="${name}" x="${px(x)}" y="${y}" width="${px(width)}" height="${BAR}"/>`;
  return html`${shape(`status-${kind}`)}${kind === 'reserved' && shape('hatched')}${
    width > 64 &&
    html`<text class="status-name on-${kind}" x="${px(x + 5)}" y="${y + 10}">${status.replaceAll('_', ' ')}</text>`
  }`;
}
