import type { Progress } from '../contracts/progress.ts';
import { StageReporter } from './stage-reporter.ts';

interface Choices {
  /** Where what is said goes. Default: it is progress as well. */
  say?: (text: string) => void;
  /** How the progress of a stage reads. Default: as the stage tells it. */
  label?: (stage: string, text: string) => string;
}

/** Stages within a stage: they show as the progress of the outer one, and leave no line of their own. */
export class NestedReporter extends StageReporter {
  private readonly progress: Progress;
  private readonly choices: Required<Choices>;

  constructor(
    progress: Progress,
    { say = (text) => progress(text.trim()), label = (_, text) => text }: Choices = {},
  ) {
    super();
    this.progress = progress;
    this.choices = { say, label };
  }

  override async stage<T>(name: string, action: (progress: Progress) => Promise<T>): Promise<T> {
    this.progress(name);
    return action((text) => this.progress(this.choices.label(name, text)));
  }

  override say(text: string): void {
    this.choices.say(text);
  }
}
