import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { decimal, numberOption, share, whole } from '../../../scripts/number-option.ts';

describe('an option that takes a number', () => {
  it.each([
    ['8', whole(1, 64), 8],
    ['0', whole(0, 64), 0],
    [' 2 ', whole(1, 64), 2],
    ['0.5', decimal(0.1, 5), 0.5],
    ['1', share, 1],
  ])('takes %s', (text, range, expected) => {
    expect(numberOption('--jobs', text, range)).toBe(expected);
  });

  it.each([
    ['65', whole(1, 64), '--jobs 65: is not a whole number from 1 to 64'],
    ['1.5', whole(1, 64), '--jobs 1.5: is not a whole number from 1 to 64'],
    ['', whole(1, 64), '--jobs : is not a whole number from 1 to 64'],
    ['0x10', whole(1, 64), '--jobs 0x10: is not a whole number from 1 to 64'],
    ['1e3', decimal(1, 5000), '--jobs 1e3: is not a number from 1 to 5000'],
    ['-1', share, '--jobs -1: is not a share from 0 to 1'],
    ['NaN', share, '--jobs NaN: is not a share from 0 to 1'],
  ])('refuses %s', (text, range, message) => {
    expect(() => numberOption('--jobs', text, range)).toThrow(message);
  });

  it('gives an example, and shows nothing that may be a key', () => {
    const key = 'sb_secret_0123456789abcdef0123456789';
    try {
      numberOption('--jobs', key, whole(1, 64, '2'));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).toBe('--jobs (not shown): is not a whole number from 1 to 64');
      expect((error as UsageError).fixes).toEqual(['for instance --jobs 2']);
    }
  });
});
