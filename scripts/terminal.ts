import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Whether colour is wanted on a stream: a terminal, and neither NO_COLOR nor a dumb terminal (no-color.org). */
export function wantsColour(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Colours a text, or leaves it as it is. */
export function paint(style: Style, text: string, colour: boolean): string {
  return colour ? styleText(style, text) : text;
}

/** Prints a result, and waits until it is out: the process may end right after. A reader that went away is no error. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
