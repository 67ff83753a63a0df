/** What PostgREST does with a transaction that failed for a reason that may pass. */
export type RetryBehaviour =
  /** Runs it again by itself, for as long as it fails so: one call, many executions. */
  | 'repeats'
  /** Passes the error on to the caller. */
  | 'returns'
  | 'unknown';

/** What follows from PostgREST's version for what callers see. */
export interface VersionImplications {
  /** 40001, serialization failure. */
  readonly serialization: RetryBehaviour;
  /** 40P01, deadlock. */
  readonly deadlock: RetryBehaviour;
  /** The same for people. */
  readonly text: string;
}

/**
 * What is known of PostgREST's hidden retries, from its build files and from the sources of hasql-transaction. Builds
 * of one version differ, so `probeRetries` measures it.
 *
 * @param version `14.1`, `12.2.3`; null: not known
 * @param machine processor that the server was built for: `x86_64`, `aarch64`; null: not known
 */
export function implicationsOf(version: string | null, machine: string | null = null): VersionImplications {
  const behaviour = behaviourOf(version, machine);
  return { ...behaviour, text: inWords(behaviour) };
}

function behaviourOf(version: string | null, machine: string | null): Omit<VersionImplications, 'text'> {
  const [major = 0, minor = 0, patch = 0] = (version ?? '').split('.').map(Number);
  if (major >= 16) return { serialization: 'returns', deadlock: 'returns' };
  if (major === 15 || major < 12) return { serialization: 'unknown', deadlock: 'unknown' };
  // 1.1 of hasql-transaction, which repeats deadlocks too, is in the static Linux builds for x86-64 only.
  if (major === 14) {
    if (machine === null) return { serialization: 'repeats', deadlock: 'unknown' };
    return { serialization: 'repeats', deadlock: /^(x86_64|amd64)$/.test(machine) ? 'repeats' : 'returns' };
  }
  const old = major === 12 || (minor === 0 && patch <= 4);
  return { serialization: 'repeats', deadlock: old ? 'returns' : 'unknown' };
}

/** The behaviour in words; also for what a probe has measured. */
export function inWords({ serialization, deadlock }: Omit<VersionImplications, 'text'>): string {
  const words: Record<RetryBehaviour, string> = {
    repeats: 'are repeated on the server, unseen by the caller',
    returns: 'reach the caller',
    unknown: 'are repeated or returned, which is not known for this version',
  };
  if (serialization === deadlock)
    return `serialization failures (40001) and deadlocks (40P01) ${words[deadlock]}`;
  return `serialization failures (40001) ${words[serialization]}; deadlocks (40P01) ${words[deadlock]}`;
}
