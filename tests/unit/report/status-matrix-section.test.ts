import { expect, it } from 'vitest';
import { statusMatrixSection } from '../../../report/html/status-matrix-section.ts';
import { fixtureData, HOSTILE } from './fixture.ts';

const data = fixtureData();
const text = (statusMatrix: typeof data.statusMatrix): string =>
  String(statusMatrixSection({ ...data, statusMatrix })?.body);

it('counts what agrees by group and previous status, and shows what differs by a sign too', () => {
  const shown = text(data.statusMatrix);
  expect(shown).toContain('<span aria-hidden="true">✓</span> 1 of 1');
  expect(shown).toContain('<span aria-hidden="true">✕</span> 0 of 1');
  expect(shown).toContain('<td class="number">not possible</td>');
  expect(shown).toContain('2 calls of <code>refresh_table_status</code>');
  expect(shown).not.toContain(HOSTILE);
});

it('says why there is none, and that it has not passed', () => {
  const skipped = { reason: 'only the API is known', failed: false };
  expect(text(data.statusMatrix && { ...data.statusMatrix, skipped })).toContain(
    'not observed: only the API is known. So it has not passed either.',
  );
});

it('is left out where no scenario has one', () => {
  expect(statusMatrixSection({ ...data, statusMatrix: null })).toBeNull();
});
