import { type ClosedNetwork, solveClosedNetwork } from './closed-network.ts';
import { levelsOf, mean, type Point } from './point.ts';

/** What one turn of a single caller takes: an assignment, and what belongs to it. */
export interface SingleTurn {
  /** Seconds of the whole turn. */
  turn_s: number;
  /** Seconds of it that hold a connection of the pool. */
  service_s: number;
}

/**
 * From what was measured with one caller: by the utilisation law (Denning and Buzen 1978) the connections that are busy on
 * average, divided by the turns per second, are the seconds of service in a turn.
 *
 * @param busy connections that were busy on average; null where that was not seen: then all of the turn counts
 * @returns null when nothing was measured with one caller
 */
export function singleTurn(points: readonly Point[], busy: number | null): SingleTurn | null {
  const alone = levelsOf(points).find(({ concurrency }) => concurrency === 1);
  if (!alone) return null;
  const turn_s = 1 / mean(alone.throughputs);
  if (!Number.isFinite(turn_s)) return null;
  return { turn_s, service_s: turn_s * Math.min(1, busy === null ? 1 : Math.max(busy, 0.01)) };
}

/** The pool as a station of so many servers; nothing in it is fitted. */
export function poolNetwork({ turn_s, service_s }: SingleTurn, servers: number): ClosedNetwork {
  return { servers, service_s, delay_s: turn_s - service_s };
}

/**
 * The number of servers with which the network explains the measurements best, by least squares: about the number of
 * cores where the processor limits, about the pool's where the pool does, and one where a lock lets only one caller on.
 */
export function effectiveServers(points: readonly Point[], turn: SingleTurn): number {
  const most = Math.max(...points.map(({ concurrency }) => concurrency));
  const candidates = Array.from({ length: most }, (_, index) => {
    const curve = networkCurve(poolNetwork(turn, index + 1), most);
    const squares = points.reduce(
      (sum, { concurrency, throughput }) => sum + (throughput - curve(concurrency)) ** 2,
      0,
    );
    return { servers: index + 1, squares };
  });
  return candidates.reduce((best, other) => (other.squares < best.squares ? other : best)).servers;
}

/** Throughput over concurrency, for whole numbers of callers from 1 to `most`. */
export function networkCurve(network: ClosedNetwork, most: number): (concurrency: number) => number {
  const states = solveClosedNetwork(network, Math.ceil(most));
  return (concurrency) => states[Math.round(concurrency) - 1]?.throughput ?? Number.NaN;
}
