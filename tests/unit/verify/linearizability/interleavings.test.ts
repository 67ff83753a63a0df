import { describe, expect, it } from 'vitest';
import { searchScript } from './searched.ts';

/** Begin and end of each call, by its name, in some interleaving; later is greater. */
type Moments = Readonly<Record<string, { begin: number; end: number }>>;

interface Script {
  name: string;
  /** What each process calls, one after the other. */
  processes: { name: string; call: string }[][];
  /** Lines about settings and rows. */
  lines?: string[];
  /** Whether an order explains the calls, by plain reasoning. */
  explained: (at: Moments) => boolean;
}

const before = (one: { end: number } | undefined, other: { begin: number } | undefined): boolean =>
  (one?.end ?? 0) < (other?.begin ?? 0);

const scripts: Script[] = [
  {
    name: 'two winners',
    processes: [
      [{ name: 'A', call: 'assign b1 t1 @60-120 -> ok' }],
      [{ name: 'B', call: 'assign b2 t1 @90-150 -> ok' }],
    ],
    lines: ['no final state'],
    explained: () => false,
  },
  {
    name: 'a winner and a loser',
    processes: [
      [{ name: 'A', call: 'assign b1 t1 -> ok' }],
      [{ name: 'B', call: 'assign b2 t1 -> P0001 overlap' }],
    ],
    lines: ['final b1 t1'],
    explained: ({ A, B }) => !before(B, A),
  },
  {
    name: 'a loser and a release',
    processes: [
      [
        { name: 'A', call: 'assign b1 t1 -> ok' },
        { name: 'U', call: 'unassign b1 t1 -> ok' },
      ],
      [{ name: 'B', call: 'assign b2 t1 -> P0001 overlap' }],
    ],
    explained: ({ A, U, B }) => !before(B, A) && !before(U, B),
  },
  {
    name: 'two winners and a release',
    processes: [
      [
        { name: 'A', call: 'assign b1 t1 -> ok' },
        { name: 'U', call: 'unassign b1 t1 -> ok' },
      ],
      [{ name: 'B', call: 'assign b2 t1 -> ok' }],
    ],
    lines: ['final b2 t1'],
    explained: ({ U, B }) => !before(B, U),
  },
  {
    name: 'a loser and a lost call',
    processes: [
      [{ name: 'A', call: 'assign b1 t1 -> info' }],
      [{ name: 'B', call: 'assign b2 t1 -> P0001 overlap' }],
    ],
    lines: ['no final state'],
    explained: ({ A, B }) => !before(B, A),
  },
  {
    name: 'a lost release between two winners',
    processes: [
      [
        { name: 'A', call: 'assign b1 t1 -> ok' },
        { name: 'U', call: 'unassign b1 t1 -> info' },
      ],
      [{ name: 'B', call: 'assign b2 t1 -> ok' }],
    ],
    lines: ['final b2 t1'],
    explained: ({ U, B }) => !before(B, U),
  },
  {
    name: 'the same key at once: one effect, one answer',
    processes: [
      [{ name: 'A', call: 'assign b1 t1 @60-120 key=k -> ok' }],
      [{ name: 'B', call: 'assign b1 t1 @60-120 key=k -> ok' }],
      [{ name: 'C', call: 'assign b2 t1 @60-120 -> P0001 overlap' }],
    ],
    lines: ['has ledger', 'final b1 t1 @60-120'],
    explained: ({ A, B, C }) => !(before(C, A) && before(C, B)),
  },
  {
    name: 'the same key with other tables',
    processes: [
      [{ name: 'A', call: 'assign b1 t1 key=k -> ok' }],
      [{ name: 'B', call: 'assign b1 t2 key=k -> P0003 reused' }],
    ],
    lines: ['has ledger', 'final b1 t1'],
    explained: ({ A, B }) => !before(B, A),
  },
  {
    name: 'a hold, its release, and a winner',
    processes: [
      [
        { name: 'H', call: 'hold h1 b1 t1 -> ok' },
        { name: 'R', call: 'release h1 -> ok' },
      ],
      [{ name: 'B', call: 'assign b2 t1 -> ok' }],
    ],
    lines: ['final b2 t1'],
    // Whether a hold on a taken table is refused is open, so the winner may have come first.
    explained: ({ H, R, B }) => !(before(H, B) && before(B, R)),
  },
  {
    name: 'sets in opposing order',
    processes: [
      [{ name: 'A', call: 'assign b1 t1,t2 -> ok' }],
      [{ name: 'B', call: 'assign b2 t2,t1 -> P0001 overlap' }],
      [{ name: 'C', call: 'assign b3 t2 -> P0001 overlap' }],
    ],
    lines: ['final b1 t1', 'final b1 t2'],
    explained: ({ A, B, C }) => !before(B, A) && !before(C, A),
  },
];

describe('every interleaving', () => {
  it.each(scripts)('$name', ({ processes, lines = [], explained }) => {
    const seen = new Set<boolean>();
    let count = 0;
    for (const order of interleavings(processes.map((calls) => calls.flatMap(({ name }) => [name, name])))) {
      const at: Record<string, { begin: number; end: number }> = {};
      for (const [moment, name] of order.entries()) {
        at[name] = at[name] ? { ...at[name], end: moment } : { begin: moment, end: moment };
      }
      const calls = processes.flatMap((list, process) =>
        list.map(({ name, call }) => `p${process} ${at[name]?.begin}..${at[name]?.end} ${call}`),
      );
      const script = [...lines, ...calls].join('\n');
      const expected = explained(at);
      expect(searchScript(script).contradictions.length === 0, script).toBe(expected);
      seen.add(expected);
      count += 1;
    }
    expect(count).toBeGreaterThan(1);
    expect(seen.size).toBeGreaterThan(0);
  });
});

/** Every way to merge the sequences that keeps the order within each. */
function* interleavings(sequences: string[][]): Generator<string[]> {
  if (sequences.every((sequence) => sequence.length === 0)) yield [];
  for (const [index, [first, ...rest]] of sequences.entries()) {
    if (first === undefined) continue;
    for (const more of interleavings(sequences.with(index, rest))) yield [first, ...more];
  }
}
