import type { Observation } from '../contracts/observation.ts';

/** What the database was seen doing while a step ran. */
export interface Crowd {
  /** Means over the looks with a call under way; null where the database may not be watched. */
  active: number | null;
  waiting: number | null;
  /** The lock that most of the waits seen were for, in words. */
  lock: string | null;
}

/** Sums up the looks at the database. Those without any call under way belong to the start and the end. */
export function measureCrowd(looks: readonly Observation[]): Crowd {
  const busy = looks.flatMap(({ active, waiting }) =>
    active !== null && waiting !== null && active > 0 ? [{ active, waiting }] : [],
  );
  const waits = new Map<string, number>();
  for (const { locks } of looks)
    for (const { locktype, mode, relation } of locks ?? []) {
      const name = `${locktype}${relation === null ? '' : ` of ${relation}`} (${mode})`;
      waits.set(name, (waits.get(name) ?? 0) + 1);
    }
  const [most] = [...waits].sort(([, a], [, b]) => b - a);
  const mean = (of: 'active' | 'waiting'): number | null =>
    busy.length === 0 ? null : busy.reduce((sum, look) => sum + look[of], 0) / busy.length;
  return { active: mean('active'), waiting: mean('waiting'), lock: most?.[0] ?? null };
}
