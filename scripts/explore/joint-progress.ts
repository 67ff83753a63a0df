import { type Progress, silent } from '../../contracts/progress.ts';
import type { CaseProgress } from '../../explore/case-limits.ts';

/** One line of progress for the cases that are explored at the same time. */
export class JointProgress {
  private progress: Progress = silent;
  private readonly underWay = new Map<string, CaseProgress>();
  private planned = 0;
  private ended = 0;

  /** A stage begins. @param planned how many cases it has */
  begin(progress: Progress, planned: number): void {
    this.progress = progress;
    this.planned = planned;
    this.ended = 0;
    this.underWay.clear();
  }

  /** A case goes on. */
  show(name: string, progress: CaseProgress): void {
    this.underWay.set(name, progress);
    const all = [...this.underWay.values()];
    const sum = (of: (each: CaseProgress) => number): number =>
      all.reduce((total, each) => total + of(each), 0);
    const schedules = sum((each) => each.schedules);
    const rate = sum((each) => each.perSecond).toFixed(0);
    const frontier = sum((each) => each.frontier);
    this.progress(
      `${[...this.underWay.keys()].join(' and ')} (${this.ended} of ${this.planned} done): ${schedules} schedules, ${rate} a second, ${frontier} known and not tried`,
    );
  }

  /** A case is done with in this stage. */
  end(name: string): void {
    this.underWay.delete(name);
    this.ended += 1;
  }
}
