/** Where moments (milliseconds) lie on a drawing. */
export interface TimeScale {
  x(ms: number): number;
  ticks: { x: number; label: string }[];
  /** Stretches without anything, cut out of the drawing. */
  cuts: { x: number; label: string }[];
}

const seconds = (ms: number, digits: number): string => `${(ms / 1000).toFixed(digits)} s`;

/** Even scale from 0 to `span` with round ticks. */
export function evenScale(span: number, left: number, right: number): TimeScale {
  const end = Math.max(span, 1);
  const x = (ms: number): number => left + ((right - left) * Math.min(Math.max(ms, 0), end)) / end;
  const power = 10 ** Math.floor(Math.log10(end / 6));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= end / 8) ?? end;
  const digits = Math.max(0, 3 - Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, index) => ({
    x: x(index * step),
    label: seconds(index * step, step >= 1000 ? 0 : Math.min(digits, 6)),
  }));
  return { x, ticks, cuts: [] };
}

const HOUR = 3_600_000;

/** The same for a day's course, with ticks at whole hours of a clock. @param start what it shows at 0, in milliseconds */
export function hourScale(start: number): typeof evenScale {
  return (span, left, right) => {
    const { x } = evenScale(span, left, right);
    const step = ([1, 2, 3, 6, 12].find((hours) => span / (hours * HOUR) <= 10) ?? 24) * HOUR;
    const first = Math.ceil(start / step) * step;
    const count = Math.max(0, Math.floor((start + span - first) / step) + 1);
    const ticks = Array.from({ length: count }, (_, index) => {
      const at = first + index * step;
      return { x: x(at - start), label: new Date(at).toISOString().slice(11, 16) };
    });
    return { x, ticks, cuts: [] };
  };
}

interface Part {
  from: number;
  to: number;
}

/** Width of a cut on the drawing. */
const CUT = 56;

/**
 * Scale that shows the intervals large and cuts out the long stretches between them, in which nothing happens: calls
 * of milliseconds would be invisible on seconds. What is left is to one scale.
 */
export function cutScale(intervals: readonly Part[], left: number, right: number): TimeScale {
  const parts = partsOf(intervals);
  const total = parts.reduce((sum, { from, to }) => sum + to - from, 0) || 1;
  const perMs = (right - left - CUT * (parts.length - 1)) / total;
  let offset = left;
  const placed = parts.map((part) => {
    const start = offset;
    offset += (part.to - part.from) * perMs + CUT;
    return { ...part, start };
  });
  const x = (ms: number): number => {
    const part = placed.findLast(({ from }) => from <= ms) ?? placed[0];
    if (!part) return left;
    return part.start + (Math.min(Math.max(ms, part.from), part.to) - part.from) * perMs;
  };
  const ticks = placed.flatMap(({ from, to, start }) => {
    const width = (to - from) * perMs;
    const count = Math.max(1, Math.floor(width / 130));
    return Array.from({ length: count + (width > 90 ? 1 : 0) }, (_, index) => ({
      x: start + (width * index) / count,
      label: seconds(from + ((to - from) * index) / count, 4),
    }));
  });
  const cuts = placed.slice(1).map(({ from, start }, index) => ({
    x: start - CUT / 2,
    label: seconds(from - (placed[index]?.to ?? from), 2),
  }));
  return { x, ticks, cuts };
}

/** Intervals joined where the stretch between them is short against all that they cover. */
function partsOf(intervals: readonly Part[]): Part[] {
  const sorted = [...intervals].sort((a, b) => a.from - b.from);
  const covered = sorted.reduce((sum, { from, to }) => sum + to - from, 0);
  const parts: Part[] = [];
  for (const { from, to } of sorted) {
    const last = parts.at(-1);
    if (last && from - last.to <= Math.max(covered, 0.001)) last.to = Math.max(last.to, to);
    else parts.push({ from, to });
  }
  // A call takes time, but a clock may be too coarse to show it.
  return parts.map(({ from, to }) => ({ from, to: Math.max(to, from + 0.001) }));
}
