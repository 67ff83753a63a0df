/** Milliseconds with as many digits as matter. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

/** `1.5 %`. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** A rate as it is shown everywhere, `12.5/s`. */
export function formatRate(rate: number): string {
  return `${Number(rate.toFixed(2))}/s`;
}
