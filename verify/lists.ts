/** Numbers from 0 in groups, each group in the order of its numbers: two arrays in place of many. */
export class Lists {
  private readonly starts: Int32Array;
  private readonly members: Int32Array;

  /** @param groupOf the group of each number below `count` */
  constructor(groups: number, count: number, groupOf: Int32Array) {
    const starts = new Int32Array(groups + 1);
    for (let number = 0; number < count; number += 1) {
      const next = (groupOf[number] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let group = 0; group < groups; group += 1) {
      starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
    }
    const places = starts.slice();
    const members = new Int32Array(count);
    for (let number = 0; number < count; number += 1) {
      const group = groupOf[number] as number;
      const place = places[group] as number;
      members[place] = number;
      places[group] = place + 1;
    }
    this.starts = starts;
    this.members = members;
  }

  of(group: number): Int32Array {
    return this.members.subarray(this.starts[group], this.starts[group + 1]);
  }
}
