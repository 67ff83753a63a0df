import { formatInstant } from '../contracts/instant.ts';
import { Expression } from '../sql/statements.ts';
import { HOUR, MINUTE } from './situation.ts';

/** How the times of a case, microseconds from its moment, are written in SQL. */
export interface Placement {
  /** The present, as the functions of the schema see it. */
  readonly present: Expression;
  at(microseconds: number): Expression;
}

/** Around the instant at which now() stands still in a transaction. */
export const aroundNow: Placement = {
  present: new Expression('now()'),
  at: (microseconds) => {
    if (microseconds === 0) return new Expression('now()');
    return new Expression(
      `now() ${microseconds < 0 ? '-' : '+'} interval '${lengthOf(Math.abs(microseconds))}'`,
    );
  },
};

/**
 * Around a moment to which the virtual clock of a schema is set.
 *
 * @param moment microseconds since the epoch
 * @param clock the schema's own `now()`, qualified
 */
export function around(moment: number, clock: string): Placement {
  return {
    present: new Expression(clock),
    at: (microseconds) => new Expression(`timestamptz '${formatInstant(moment + microseconds)}'`),
  };
}

/** In the largest unit that fits; never in days, which are longer or shorter where the clocks change. */
function lengthOf(microseconds: number): string {
  const units: [number, string][] = [
    [HOUR, 'hour'],
    [MINUTE, 'minute'],
    [1_000_000, 'second'],
    [1, 'microsecond'],
  ];
  const [size, name] = units.find(([unit]) => microseconds % unit === 0) as [number, string];
  const count = microseconds / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
