import type { Operation } from './operation.ts';

/** The names of operations that were read: of each process its indexes, nearly always in ascending order. */
export class SeenOperations {
  private readonly byRunner = new Map<string, Map<number, Indexes>>();

  /** @returns whether it was not there before */
  add({ runner, process, index }: Pick<Operation, 'runner' | 'process' | 'index'>): boolean {
    let processes = this.byRunner.get(runner);
    if (!processes) {
      processes = new Map();
      this.byRunner.set(runner, processes);
    }
    let indexes = processes.get(process);
    if (!indexes) {
      indexes = { ascending: [], others: null };
      processes.set(process, indexes);
    }
    return addIndex(indexes, index);
  }
}

interface Indexes {
  ascending: number[];
  others: Set<number> | null;
}

function addIndex(indexes: Indexes, index: number): boolean {
  const { ascending, others } = indexes;
  if (index > (ascending.at(-1) ?? -1)) {
    if (others?.has(index)) return false;
    ascending.push(index);
    return true;
  }
  if (includes(ascending, index) || others?.has(index)) return false;
  indexes.others = (others ?? new Set()).add(index);
  return true;
}

/** By halves. */
function includes(ascending: readonly number[], index: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === index;
}
