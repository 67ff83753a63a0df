import type { Progress } from '../contracts/progress.ts';
import { StageReporter } from './stage-reporter.ts';

/** Stages within a stage: they show in the line of the outer one, and leave no line of their own. */
export class NestedReporter extends StageReporter {
  private readonly progress: Progress;
  private readonly outer: StageReporter;

  constructor(outer: StageReporter, progress: Progress) {
    super();
    this.outer = outer;
    this.progress = progress;
  }

  override stage<T>(name: string, action: (progress: Progress) => Promise<T>): Promise<T> {
    this.progress(name);
    return action((text) => this.progress(`${name}: ${text}`));
  }

  override say(text: string): void {
    this.outer.say(text);
  }
}
