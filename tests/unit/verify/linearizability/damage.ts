import { type Random, randomStream } from '../../../../plan/random.ts';
import type { SimulatedCall, SimulatedRun } from './simulate.ts';

/** Ways to spoil a run that is right by construction. Whether it is wrong afterwards, each run decides for itself. */
export const damages = {
  'another answer': (run, random) =>
    change(run, random, (call) => ({ ...call, answer: otherAnswer(call, random) })),
  'answers exchanged': (run, random) => {
    const [one, other] = [pick(run.calls, random), pick(run.calls, random)];
    if (!one || !other || kindOf(one) !== kindOf(other)) return run;
    const exchanged = new Map([
      [one, other.answer],
      [other, one.answer],
    ]);
    return {
      ...run,
      calls: run.calls.map((call) => ({ ...call, answer: exchanged.get(call) ?? call.answer })),
    };
  },
  'another moment': (run, random) => {
    const by = random.integer(-18, 40);
    return change(run, random, (call) => ({ ...call, t0: call.t0 + by, t1: call.t1 + by }));
  },
  'a record missing': (run, random) => {
    const call = pick(run.calls, random);
    return { ...run, calls: run.calls.filter((other) => other !== call) };
  },
  'a row missing': (run, random) => {
    const row = pick(run.rows, random);
    return { ...run, rows: run.rows.filter((other) => other !== row) };
  },
  'a row changed': (run, random) => {
    const row = pick(run.rows, random);
    const window = random.pick(['@60-120', '@90-150', '@60-90', '@120-180']);
    return { ...run, rows: run.rows.map((other) => (other === row ? row.replace(/@.*/, window) : other)) };
  },
  'another booking': (run, random) =>
    change(run, random, (call) => ({
      ...call,
      request: call.request.replace(/\bb[1-9]/, `b${random.integer(1, 3)}`),
    })),
} satisfies Record<string, (run: SimulatedRun, random: Random) => SimulatedRun>;

export type Damage = keyof typeof damages;
export const damageNames = Object.keys(damages) as Damage[];

export function damaged(run: SimulatedRun, damage: Damage, seed: number): SimulatedRun {
  return damages[damage](run, randomStream(seed, damage));
}

function change(run: SimulatedRun, random: Random, by: (call: SimulatedCall) => SimulatedCall): SimulatedRun {
  const chosen = pick(run.calls, random);
  return { ...run, calls: run.calls.map((call) => (call === chosen ? by(call) : call)) };
}

function otherAnswer(call: SimulatedCall, random: Random): string {
  switch (kindOf(call)) {
    case 'assign':
      return random.pick(['ok', 'ok', 'P0001 overlap', 'P0001 overlap', 'P0003 reused', 'info']);
    case 'unassign':
      return random.pick(['ok none', 'ok t1', 'ok t2', 'ok t1,t2']);
    case 'hold':
    case 'confirm':
      return random.pick(['ok', 'P0001 hold conflict']);
    default:
      return random.pick(['ok', 'info']);
  }
}

function kindOf({ request }: SimulatedCall): string {
  return request.split(' ')[0] ?? '';
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items[random.integer(0, Math.max(0, items.length - 1))];
}
