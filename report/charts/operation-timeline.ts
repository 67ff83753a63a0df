import type { ClockAnchor, Operation } from '../../history/operation.ts';
import { clip, formatDuration } from '../format.ts';
import { type Html, html } from '../html/html.ts';
import { groupBy } from '../statistics/scenario-timeline.ts';
import { LANE_LEFT, LANE_RIGHT, laneFrame, px } from './lane-frame.ts';
import { cutScale, type TimeScale } from './time-scale.ts';

const marks = { ok: '✓', fail: '✕', info: '?' } as const;
const LANE = 46;
const BAR = 14;

interface Placed {
  number: number;
  operation: Operation;
  from: number;
  to: number;
}

/**
 * The calls of a violation, a lane for each process; numbered as in the table of its calls.
 *
 * @param anchors needed when several runners took part: each has a clock of its own
 * @param breaking number of the call where the promise breaks, to be framed; null: none of them
 * @returns null when they cannot be placed on one time line, or there are none
 */
export function drawOperations(
  operations: readonly Operation[],
  anchors: ReadonlyMap<string, ClockAnchor> | undefined,
  breaking: number | null = null,
): Html | null {
  const placed = placeAll(operations, anchors);
  if (placed.length === 0) return null;
  const severalRunners = new Set(operations.map((operation) => operation.runner)).size > 1;
  const lanes = [
    ...groupBy(placed, ({ operation }) =>
      severalRunners ? `${operation.runner} p${operation.process}` : `process ${operation.process}`,
    ),
  ];
  const scale = cutScale(placed, LANE_LEFT, LANE_RIGHT - 16);
  const height = lanes.length * LANE + 34;
  const label = `Timeline of ${operations.length} calls by ${lanes.length} processes${breaking === null ? '' : `; the promise breaks in call ${breaking}`}; the same calls are in the table below`;
  return laneFrame(
    label,
    height,
    scale,
    lanes.map(([name, calls], index) => lane(name, calls, index * LANE + 4, scale, breaking)),
  );
}

function placeAll(
  operations: readonly Operation[],
  anchors: ReadonlyMap<string, ClockAnchor> | undefined,
): Placed[] {
  const runners = [...new Set(operations.map((operation) => operation.runner))];
  const walls = runners.map((runner) => anchors?.get(runner)?.wall_ms);
  if (runners.length > 1 && walls.includes(undefined)) return [];
  const zero = Math.min(...walls.map((wall) => wall ?? 0));
  const shift = new Map(
    runners.map((runner, index) => [runner, runners.length > 1 ? (walls[index] ?? 0) - zero : 0]),
  );
  return operations.map((operation, index) => ({
    number: index + 1,
    operation,
    from: (shift.get(operation.runner) ?? 0) + operation.t0 / 1e6,
    to: (shift.get(operation.runner) ?? 0) + operation.t1 / 1e6,
  }));
}

function lane(
  name: string,
  calls: readonly Placed[],
  top: number,
  scale: TimeScale,
  breaking: number | null,
): Html {
  const y = top + LANE - BAR - 8;
  let lastNumber = Number.NEGATIVE_INFINITY;
  let raised = false;
  const bars = calls.map(({ number, operation, from, to }) => {
    const x = scale.x(from);
    const width = Math.max(scale.x(to) - x, 4);
    const middle = x + width / 2;
    raised = middle - lastNumber < 18 && !raised;
    lastNumber = middle;
    const breaks = number === breaking;
    const title = `${number}: ${operation.f}, ${formatDuration(to - from)}, ${operation.class}${breaks ? '; here the promise breaks' : ''}`;
    return html`<g class="call type-${operation.type}" style="--fill:var(--class-${operation.class})"><title>${title}</title>${breaks && html`<path class="breaks" d="M${px(x - 5)} ${y - 5}h${px(width + 10)}v${BAR + 10}h${px(-width - 10)}z"/>`}<rect x="${px(x)}" y="${y}" width="${px(width)}" height="${BAR}" rx="3"/><text class="number" x="${px(middle)}" y="${(raised ? y - 14 : y - 4) - (breaks ? 5 : 0)}" text-anchor="middle">${number}${width > 60 ? ` ${operation.f}` : ''}</text><text class="mark" x="${px(x + width + (breaks ? 9 : 4))}" y="${y + 11}">${marks[operation.type]}</text></g>`;
  });
  return html`<g><path class="lane" d="M${LANE_LEFT} ${y + BAR / 2}H${LANE_RIGHT}"/><text class="lane-name" x="0" y="${y + 11}">${clip(name, 20)}</text>${bars}</g>`;
}
