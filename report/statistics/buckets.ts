/** More would not be told apart on a chart, and their number bounds the size of the report. */
const MOST_BUCKETS = 40;

/** Equal slices of a stretch of time that starts at 0. */
export interface Buckets {
  count: number;
  /** Milliseconds. */
  width: number;
  /** Length of the last one, which takes up what is left over. */
  last: number;
}

/**
 * Slices of a round length, however long the run was.
 *
 * @param span milliseconds
 * @param rhythm milliseconds between rounds or polls, if calls come in such: each slice is then a multiple of it, the
 *   last one too, otherwise some would hold one round more than others and a steady run would look jagged
 */
export function bucketsOf(span: number, rhythm: number | null = null): Buckets {
  const wanted = niceWidth(span / MOST_BUCKETS);
  if (rhythm !== null) {
    const width = Math.ceil(wanted / rhythm) * rhythm;
    return { width, count: Math.max(1, Math.ceil(span / width)), last: width };
  }
  const count = Math.max(1, Math.round(span / wanted));
  return { width: wanted, count, last: Math.max(span - (count - 1) * wanted, wanted / 2) };
}

/** The slice that a moment belongs to. */
export function bucketAt({ count, width }: Buckets, time: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(time / width)));
}

/** Length of a slice. */
export function bucketLength({ count, width, last }: Buckets, index: number): number {
  return index === count - 1 ? last : width;
}

/** Middle of a slice. */
export function bucketMiddle(buckets: Buckets, index: number): number {
  return index * buckets.width + bucketLength(buckets, index) / 2;
}

/** Where the last slice ends. */
export function bucketsEnd({ count, width, last }: Buckets): number {
  return (count - 1) * width + last;
}

/** 1, 2 or 5 times a power of ten, at least `least` and at least a millisecond. */
function niceWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= least) ?? 10 * power;
}
