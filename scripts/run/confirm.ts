import { createInterface } from 'node:readline';
import { InterruptedError, UsageError } from '../../contracts/errors.ts';

export interface Confirmation {
  /** `--yes`: the user agreed beforehand. */
  yes: boolean;
  /** The project in a few words, for instance its ref. */
  target: string;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
  /** Fires on SIGTERM and the like; Ctrl-C at the prompt is heard here. */
  interrupt?: AbortSignal;
}

/**
 * Asks whether the load that was shown may go ahead. To be called before anything is written.
 *
 * @throws UsageError when the user says no, or cannot be asked and has not said `--yes`; InterruptedError on Ctrl-C
 */
export async function confirmLoad(options: Confirmation): Promise<void> {
  const { yes, target, input, output } = options;
  if (yes) return;
  if (input.isTTY !== true || output.isTTY !== true) {
    throw new UsageError(`the load on ${target} was not confirmed: there is no terminal to ask on`, [
      'look at the plan above, then add --yes',
    ]);
  }
  const answer = await ask(`Load ${target} like this? [y/N] `, options);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new UsageError(`the load on ${target} was not confirmed; nothing was written`, [
    'answer y to go ahead, or add --yes',
  ]);
}

/** The end of the input (Ctrl-D) is an empty answer. */
function ask(question: string, { input, output, interrupt }: Confirmation): Promise<string> {
  return new Promise((resolve, reject) => {
    const prompt = createInterface({ input, output, terminal: true });
    const finish = (then: () => void): void => {
      interrupt?.removeEventListener('abort', stop);
      prompt.off('close', ended);
      prompt.close();
      then();
    };
    const stop = (): void => {
      output.write('\n');
      finish(() => reject(new InterruptedError('interrupted; nothing was written')));
    };
    const ended = (): void => {
      output.write('\n');
      finish(() => resolve(''));
    };
    prompt.once('SIGINT', stop);
    prompt.once('close', ended);
    interrupt?.addEventListener('abort', stop, { once: true });
    if (interrupt?.aborted) stop();
    else prompt.question(question, (answer) => finish(() => resolve(answer)));
  });
}
