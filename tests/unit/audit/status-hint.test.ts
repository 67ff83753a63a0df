import { describe, expect, it } from 'vitest';
import { statusDiffers } from '../../../audit/checks/status-differs.ts';
import { statusHint } from '../../../audit/status-hint.ts';
import { resultOf } from './results.ts';

const hintOf = (...reasons: string[]) =>
  statusHint([
    resultOf('status-differs', {
      verdict: reasons.length > 0 ? 'finding' : 'ok',
      reasons: reasons.map((reason) => ({ reason, says: '', means: 'finding', count: 2 })),
    }),
  ]);

describe('what rows of status-differs say together', () => {
  it.each([
    [[], null],
    [
      ['stale-after-end'],
      /^nothing speaks against the rule .* a schedule is missing; table-stress status-matrix/,
    ],
    [['stale-after-end', 'stale-after-start'], /^nothing speaks against .*4 tables stale/],
    [['blocked-before-start', 'stale-after-end'], /looks legacy: 2 tables blocked ahead/],
    [['sticky-status', 'stale-after-end'], /looks sticky/],
    [['write-not-followed'], /^the status does not follow what is written \(2 tables\)/],
    [
      ['check-in-not-followed', 'no-allocation', 'stale-after-end'],
      /^the status does not follow what is written \(4 tables\)/,
    ],
    [['ended-or-not-begun'], /these rows fit both/],
    [['ended-or-not-begun', 'stale-after-end'], /these rows fit both/],
    [['cancelled-booking-blocks'], null],
    [['unexplained'], null],
  ])('%j', (reasons, expected) => {
    const hint = hintOf(...reasons);
    if (expected === null) expect(hint).toBeNull();
    else expect(hint).toMatch(expected);
  });

  it('knows every reason that there is', () => {
    for (const reason of Object.keys(statusDiffers.reasons)) {
      const silent = ['cancelled-booking-blocks', 'unexplained'].includes(reason);
      expect(hintOf(reason) === null, reason).toBe(silent);
    }
  });

  it('says nothing where status was not looked at', () => {
    expect(statusHint([])).toBeNull();
    expect(statusHint([resultOf('status-differs', { verdict: 'not possible' })])).toBeNull();
  });
});
