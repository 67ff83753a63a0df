import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mix } from './identity.ts';

/** A stream of random choices that depends on nothing but the seed and the stream's name. */
export interface Random {
  /** Uniform integer, both ends included. */
  integer(from: number, to: number): number;
  /** One of the items, each as likely. */
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** Streams of different names are independent, so that adding a scenario does not change the others. */
export function randomStream(seed: number, name: string): Random {
  let state = mix(seed);
  for (const character of name) state = mix(state ^ (character.codePointAt(0) ?? 0));
  const generator = xoroshiro128plus(state);
  const integer = (from: number, to: number): number => uniformInt(generator, from, to);
  return {
    integer,
    pick: (items) => items[integer(0, items.length - 1)] ?? items[0],
  };
}
