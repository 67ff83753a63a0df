import { UsageError } from '../../contracts/errors.ts';

export interface NumberRange {
  from: number;
  to: number;
  whole?: boolean;
  /** What is allowed, in words, for instance `a share from 0 to 1`. */
  what: string;
  example: string;
}

/**
 * The number that an option was given; null when it was not given.
 *
 * @throws UsageError that names the option and what is allowed
 */
export function numberFrom(option: string, text: string | undefined, range: NumberRange): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  const plain = /^\d+(\.\d+)?$/.test(text.trim());
  const fits = value >= range.from && value <= range.to && (range.whole !== true || Number.isInteger(value));
  if (plain && fits) return value;
  throw new UsageError(`${option} ${text}: is not ${range.what}`, [
    `for instance ${option} ${range.example}`,
  ]);
}
