import type { Progress } from '../../contracts/progress.ts';
import { StageReporter } from '../stage-reporter.ts';

/** Stages within a stage: they show as the progress of the outer one, so that a step is one line. */
export class NestedReporter extends StageReporter {
  private readonly progress: Progress;
  private readonly prefix: string;

  constructor(progress: Progress, prefix: string) {
    super();
    this.progress = progress;
    this.prefix = prefix;
  }

  override async stage<T>(name: string, action: (progress: Progress) => Promise<T>): Promise<T> {
    this.progress(`${this.prefix}${name}`);
    return action((text) => this.progress(`${this.prefix}${text}`));
  }

  override say(text: string): void {
    this.progress(`${this.prefix}${text.trim()}`);
  }
}
