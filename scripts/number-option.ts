import { UsageError } from '../contracts/errors.ts';

/** Which numbers an option takes. */
export interface NumberRange {
  from: number;
  to: number;
  whole?: boolean;
  /** What is allowed, in words, for instance `a share from 0 to 1`. */
  what: string;
  example: string;
}

/** Whole numbers. */
export function whole(from: number, to: number, example = String(Math.max(from, 1))): NumberRange {
  return { from, to, whole: true, what: `a whole number from ${from} to ${to}`, example };
}

/** Numbers with decimals. */
export function decimal(from: number, to: number, example = String(to)): NumberRange {
  return { from, to, what: `a number from ${from} to ${to}`, example };
}

export const share: NumberRange = {
  from: 0,
  to: 1,
  what: 'a share from 0 to 1',
  example: '0.1 for ten per cent',
};

/**
 * The number that an option was given.
 *
 * @throws UsageError that names the option and what is allowed; it shows short words only, as longer ones may be a key that
 *   was pasted in the wrong place
 */
export function numberOption(option: string, text: string, range: NumberRange): number {
  const value = Number(text);
  const plain = /^\d+(\.\d+)?$/.test(text.trim());
  const fits = value >= range.from && value <= range.to && (range.whole !== true || Number.isInteger(value));
  if (plain && fits) return value;
  const shown = /^[\w.,+-]{0,20}$/.test(text) ? text : '(not shown)';
  throw new UsageError(`${option} ${shown}: is not ${range.what}`, [
    `for instance ${option} ${range.example}`,
  ]);
}
