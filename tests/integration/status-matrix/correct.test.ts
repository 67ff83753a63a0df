import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusObservation } from '../../../contracts/status-matrix.ts';
import type { Judged } from '../../../status-matrix/judge.ts';
import { countTaggedRows } from '../../../teardown/count.ts';
import { lookAtSource } from '../../../teardown/source.ts';
import { migrationsOf } from '../applications/application.ts';
import { type MatrixProject, origin, outcomes, startMatrixProject } from './project.ts';

const reference = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));

describe.each([
  ['the reference', reference],
  ['the gnarly application', migrationsOf('gnarly')],
])('%s', (_, migrations) => {
  let project: MatrixProject;
  let transaction: Awaited<ReturnType<MatrixProject['inTransaction']>>;
  let clock: Judged;
  let before: Awaited<ReturnType<typeof lookAtSource>>;

  beforeAll(async () => {
    project = await startMatrixProject(migrations);
    before = await lookAtSource(project.sql, 'public', true);
    transaction = await project.inTransaction();
  });
  afterAll(() => project?.stop());

  it('is called correct, and passes in every case that its constraint allows', () => {
    const { variant, verdict, observations, notes } = transaction;
    expect(variant).toMatchObject({ names: ['correct'], alternatives: [], clock: 'standing' });
    expect([verdict, notes]).toEqual(['pass', []]);
    expect(outcomes(observations)).toEqual({ agrees: 57 * 4, 'not possible': 4 * 4 });
    const impossible = observations.filter(({ outcome }) => outcome === 'not possible');
    for (const each of impossible) {
      expect(each.group).toBe('overlapping windows');
      expect(each.reason).toMatch(/^23P01: .*allocations_no_overlap/);
    }
  });

  it('keeps nothing: no row, no changed row, and PostgreSQL calls the transaction aborted', async () => {
    expect(transaction.rolledBack).toBe(true);
    expect(await lookAtSource(project.sql, 'public', true)).toEqual(before);
    const counts = await countTaggedRows(project.sql, 'public', before.tables, origin.tag);
    expect(counts.filter(({ rows }) => rows > 0)).toEqual([]);
    const [settings] = await project.sql`
      select current_setting('search_path') as path, current_setting('lock_timeout') as lock`;
    expect(settings).toEqual({ path: '"$user", public, extensions', lock: '0' });
  });

  it('is correct on the virtual clock too, also where the clocks change', async () => {
    clock = await project.onClock();
    expect(clock.variant.names).toEqual(['correct']);
    expect(clock.verdict).toBe('pass');
    expect(outcomes(clock.observations)).toEqual({ agrees: 57 * 4 + 6 * 12, 'not possible': 4 * 4 });
    const changes = clock.observations.filter(({ group }) => group === 'change of the clocks');
    expect(new Set(changes.map(({ stored }) => stored)).size).toBe(4);
  });

  it('stores on the virtual clock what it stores in the transaction', () => {
    const key = ({ case: id, previous }: StatusObservation): string => `${id} after ${previous}`;
    // Out of service by hand and by maintenance are not the same.
    const comparable = (each: StatusObservation): boolean =>
      each.outcome === 'agrees' &&
      each.previous !== 'out_of_service' &&
      each.group !== 'change of the clocks';
    const stored = (observations: readonly StatusObservation[]): Record<string, string | null> =>
      Object.fromEntries(observations.filter(comparable).map((each) => [key(each), each.stored] as const));
    expect(Object.keys(stored(clock.observations)).length).toBe(57 * 3);
    expect(stored(clock.observations)).toEqual(stored(transaction.observations));
  });

  it('leaves no clone behind', async () => {
    const rows = await project.sql`select nspname from pg_namespace where nspname like 'table_stress%'`;
    expect(rows).toHaveLength(0);
    expect(await lookAtSource(project.sql, 'public', true)).toEqual(before);
  });
});
