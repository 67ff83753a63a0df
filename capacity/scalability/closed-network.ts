/** A closed queueing network: callers think (or wait elsewhere) for a while, then need one of some alike servers. */
export interface ClosedNetwork {
  /** Servers of the station: connections of the pool. */
  servers: number;
  /** Seconds for which one turn holds a server. */
  service_s: number;
  /** Seconds of a turn outside of the station, where nobody waits for anybody. */
  delay_s: number;
}

/** Throughput and queue of the network at one number of callers. */
export interface NetworkState {
  concurrency: number;
  /** Turns per second. */
  throughput: number;
  /** Seconds that a turn spends at the station, waiting and served. */
  residence_s: number;
}

/**
 * Exact mean value analysis of a closed network with one station of several servers and a delay, for 1 to `most` callers.
 * Reiser and Lavenberg, "Mean-value analysis of closed multichain queuing networks", J. ACM 27(2), 1980, with the
 * marginal probabilities that several servers need; that of an empty station by the stable recursion of Reiser,
 * "Mean-value analysis and convolution method for queue-dependent servers", Performance Evaluation 1, 1981.
 */
export function solveClosedNetwork(
  { servers, service_s, delay_s }: ClosedNetwork,
  most: number,
): NetworkState[] {
  const states: NetworkState[] = [];
  let queue = 0;
  // Probability that so many callers are at the station, for fewer than all servers busy.
  let fewer: number[] = Array.from({ length: servers }, (_, present) => Number(present === 0));
  for (let concurrency = 1; concurrency <= most; concurrency += 1) {
    const idle = fewer.reduce((sum, probability, present) => sum + (servers - 1 - present) * probability, 0);
    const residence_s = (service_s / servers) * (1 + queue + idle);
    const throughput = concurrency / (delay_s + residence_s);
    const busy = throughput * service_s;
    const next = fewer.map((_, present) =>
      present === 0 ? 0 : (busy / present) * (fewer[present - 1] ?? 0),
    );
    // The complement of the others loses all digits where the servers are always busy; without the station, callers only
    // think, at `n/Z` turns per second, and the ratio of both throughputs gives it exactly.
    next[0] = (fewer[0] ?? 0) * throughput * (delay_s / concurrency);
    fewer = next;
    queue = throughput * residence_s;
    states.push({ concurrency, throughput, residence_s });
  }
  return states;
}
