import { messageOf } from '../contracts/errors.ts';
import type { Progress } from '../contracts/progress.ts';
import { paint, wantsColour } from './terminal.ts';

/** Milliseconds between two lines of progress where lines cannot be rewritten. */
const PLAIN_INTERVAL = 2000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Where stages are shown. */
export type Stages = Pick<StageReporter, 'stage' | 'say'>;

/** Stages within a stage: their names and progress are its progress, and they leave no line of their own. */
export function within(progress: Progress): Stages {
  return {
    stage: (name, action) => {
      progress(name);
      return action((text) => progress(`${name}: ${text}`));
    },
    say: progress,
  };
}

/**
 * Shows the stages of a run, one line each, on standard error: rewritten in place on a terminal, plain lines elsewhere.
 * Standard output stays free for the result.
 */
export class StageReporter {
  private readonly stream: NodeJS.WriteStream;
  private readonly live: boolean;
  private readonly colour: boolean;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.stream = stream;
    this.live = stream.isTTY === true && process.env.TERM !== 'dumb' && !process.env.CI;
    this.colour = wantsColour(stream);
  }

  /** Runs a stage and shows how it goes. `note` stands behind its name at the end, `good` decides on the mark. */
  async stage<T>(
    name: string,
    action: (progress: Progress) => Promise<T>,
    note?: (result: T) => string,
    good: (result: T) => boolean = () => true,
  ): Promise<T> {
    const started = performance.now();
    const line = new ProgressLine(this.stream, name, this.live, this.colour);
    try {
      const result = await action((text) => line.show(text));
      const [mark, style] = good(result) ? (['✔', 'green'] as const) : (['!', 'yellow'] as const);
      line.finish(mark, style, `${note?.(result) ?? ''}${duration(started)}`);
      return result;
    } catch (error) {
      line.finish('✖', 'red', messageOf(error).split('\n')[0] ?? '');
      throw error;
    }
  }

  /** A line of its own between stages. */
  say(text: string): void {
    this.stream.write(`${text}\n`);
  }
}

function duration(started: number): string {
  return `  (${((performance.now() - started) / 1000).toFixed(1)} s)`;
}

class ProgressLine {
  private readonly stream: NodeJS.WriteStream;
  private readonly name: string;
  private readonly live: boolean;
  private readonly colour: boolean;
  private readonly timer: NodeJS.Timeout | null;
  private text = '';
  private frame = 0;
  private shownAt = performance.now();

  constructor(stream: NodeJS.WriteStream, name: string, live: boolean, colour: boolean) {
    this.stream = stream;
    this.name = name.padEnd(16);
    this.live = live;
    this.colour = colour;
    this.timer = live ? setInterval(() => this.draw(), 100) : null;
    this.timer?.unref();
    if (live) this.draw();
  }

  show(text: string): void {
    this.text = text;
    if (this.live || performance.now() - this.shownAt < PLAIN_INTERVAL) return;
    this.shownAt = performance.now();
    this.stream.write(`  ${this.name} ${text}\n`);
  }

  finish(mark: string, style: 'green' | 'yellow' | 'red', text: string): void {
    if (this.timer) clearInterval(this.timer);
    if (this.live) this.stream.write('\r\u001b[2K');
    this.stream.write(`${paint(style, mark, this.colour)} ${this.name} ${text}\n`);
  }

  private draw(): void {
    this.frame += 1;
    const width = (this.stream.columns ?? 80) - this.name.length - 4;
    const text = this.text.length > width ? `${this.text.slice(0, width - 1)}…` : this.text;
    this.stream.write(`\r\u001b[2K${FRAMES[this.frame % FRAMES.length]} ${this.name} ${text}`);
  }
}
