import type { ScenarioInsight } from '../../contracts/diagnosis.ts';
import { clip } from '../format.ts';
import { type Html, html } from '../html/html.ts';

const ROW = 34;
const COLUMN = 116;
const BOX = { width: 64, height: 22 };
/** Below the boxes, for the lines that pass others. */
const BOW_ROOM = 64;
/** More would be a tangle. */
const MOST = 24;

/**
 * Who waits for whom: on the left those that wait for nobody and so hold everybody up, each further column waits for one
 * before it. Processes of a deadlock wait for each other, and end up in the last column.
 */
export function drawWaitGraph(edges: ScenarioInsight['graph']): Html {
  const shown = edges.slice(0, MOST);
  const depth = depthsOf(shown);
  const columns: number[][] = [];
  for (const [pid, level] of depth) columns[level] = [...(columns[level] ?? []), pid];
  const place = new Map<number, { x: number; y: number }>();
  columns.forEach((pids, column) => {
    pids.forEach((pid, row) => {
      place.set(pid, { x: 4 + column * COLUMN, y: 4 + row * ROW });
    });
  });
  const passesOthers = ({ waiter, blocker }: (typeof shown)[number]): boolean =>
    Math.abs((depth.get(waiter) ?? 0) - (depth.get(blocker) ?? 0)) > 1;
  const width = Math.max(1, columns.length) * COLUMN;
  const height =
    Math.max(...columns.map((pids) => pids?.length ?? 0)) * ROW +
    8 +
    (shown.some(passesOthers) ? BOW_ROOM : 0);
  const label = `Wait-for graph: ${shown.map(({ waiter, blocker, lock }) => `${waiter} waits for ${blocker}, ${lock}`).join('; ')}`;
  return html`<svg role="img" aria-label="${clip(label, 900)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" class="wait-graph">
${shown.map(({ waiter, blocker, lock }) => arrow(place.get(waiter), place.get(blocker), lock))}
${[...place].map(([pid, { x, y }]) => html`<g><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="4" fill="var(--paper)" stroke="var(--ink)"/><text x="${x + BOX.width / 2}" y="${y + 15}" text-anchor="middle" font-size="12" fill="var(--ink)">${pid}</text></g>`)}
</svg>`;
}

interface Point {
  x: number;
  y: number;
}

function arrow(from: Point | undefined, to: Point | undefined, lock: string): Html | null {
  if (!from || !to) return null;
  const [x1, y1] = [from.x, from.y + BOX.height / 2];
  const [x2, y2] = [to.x + BOX.width, to.y + BOX.height / 2];
  // Past a column between them, in a bow: a straight line would run through its boxes.
  const bow = Math.abs(x1 - x2) > COLUMN ? Math.min(60, 8 * Math.round(Math.abs(x1 - x2) / COLUMN)) : 0;
  const line = bow === 0 ? `L${x2} ${y2}` : `Q${(x1 + x2) / 2} ${Math.max(y1, y2) + 2 * bow} ${x2} ${y2}`;
  return html`<g><title>${lock}</title><path d="M${x1} ${y1}${line}" stroke="var(--muted)" stroke-width="1.25" fill="none"/><circle cx="${x2}" cy="${y2}" r="3" fill="var(--muted)"/></g>`;
}

/** Steps from those that wait for nobody; what waits in a circle comes last. */
function depthsOf(edges: ScenarioInsight['graph']): Map<number, number> {
  const pids = new Set(edges.flatMap(({ waiter, blocker }) => [blocker, waiter]));
  const depth = new Map<number, number>();
  for (let level = 0; depth.size < pids.size; level += 1) {
    const ready = [...pids].filter(
      (pid) =>
        !depth.has(pid) &&
        edges.every(({ waiter, blocker }) => waiter !== pid || (depth.get(blocker) ?? level) < level),
    );
    for (const pid of ready.length > 0 ? ready : [...pids].filter((each) => !depth.has(each)))
      depth.set(pid, level);
  }
  return depth;
}
