import { expect, it } from 'vitest';
import type { TeardownResult } from '../../../contracts/teardown-result.ts';
import { teardownSection } from '../../../report/html/teardown-section.ts';
import type { ReportData } from '../../../report/report-data.ts';

const clean: TeardownResult = {
  v: 1,
  run: 'abcdef12',
  performed: true,
  deleted: [{ table: 'bookings', rows: 3 }],
  left: [{ table: 'bookings', rows: 0 }],
  untagged_before: [{ table: 'audit_log', rows: 0, hash: '0' }],
  untagged_after: [{ table: 'audit_log', rows: 2, hash: '1' }],
  source: { schema: 'public', tagged: [], unread: [], undisturbed: true, before: [], after: [] },
  isolation: { schema: 'table_stress', removed: true, stays: null, problems: [] },
  problems: [],
};
const text = (teardown: TeardownResult): string =>
  String(teardownSection({ teardown } as unknown as ReportData)?.body);

it('says that nothing is left, in the isolated schema and in the deployed one', () => {
  const shown = text(clean);
  expect(shown).toContain('The deployed schema public holds no row of this run.');
  expect(shown).toContain('The isolated schema table_stress, its role and its exposure are gone.');
  // Whatever was in a schema that is gone was nobody else's.
  expect(shown).not.toContain('Rows of others');
});

it('names what was found in the deployed schema, and what was not searched', () => {
  const source = { ...clean.source, tagged: [{ table: 'bookings', rows: 2 }], unread: ['events'] };
  const shown = text({ ...clean, source: source as TeardownResult['source'] });
  expect(shown).toContain('The deployed schema public holds rows of this run: 2 rows in bookings.');
  expect(shown).toContain('Not searched: events.');
});

it.each([
  ['another run uses it', [], 'stays: another run uses it.'],
  [null, ['permission denied'], 'is still there: permission denied.'],
])('says why the isolated schema is there: %s', (stays, problems, expected) => {
  const shown = text({ ...clean, isolation: { schema: 'table_stress', removed: false, stays, problems } });
  expect(shown).toContain(`The isolated schema table_stress ${expected}`);
  expect(shown).toContain('Rows of others changed in audit_log.');
});
