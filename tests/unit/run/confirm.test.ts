import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { InterruptedError, type StressError, UsageError } from '../../../contracts/errors.ts';
import { type Confirmation, confirmLoad } from '../../../scripts/run/confirm.ts';

const target = 'project abcdefghijklmnopqrst';

/** A user at a terminal, or a pipe. */
function user(tty: boolean, more: Partial<Confirmation> = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: tty });
  const output = Object.assign(new PassThrough(), { isTTY: tty });
  let shown = '';
  output.on('data', (text) => {
    shown += String(text);
  });
  const asked = confirmLoad({ yes: false, target, input, output, ...more });
  const result: Promise<StressError | null> = asked.then(
    () => null,
    (error: StressError) => error,
  );
  return { input, result, shown: () => shown };
}

it.each(['y\n', 'Y\r\n', ' yes \n', 'YES\n'])('%j goes ahead', async (answer) => {
  const { input, result, shown } = user(true);
  input.write(answer);
  expect(await result).toBeNull();
  expect(shown()).toContain(`Load ${target} like this? [y/N] `);
});

it.each(['n\n', '\n', 'no\n', 'yesterday\n', 'ja\n'])('%j does not', async (answer) => {
  const { input, result } = user(true);
  input.write(answer);
  const error = await result;
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.exitCode).toBe(2);
  expect(error?.message).toBe(`the load on ${target} was not confirmed; nothing was written`);
});

it('the end of the input is a no', async () => {
  const { input, result } = user(true);
  input.end();
  expect((await result)?.exitCode).toBe(2);
});

it('Ctrl-C is an interrupt', async () => {
  const { input, result } = user(true);
  input.write('\u0003');
  const error = await result;
  expect(error).toBeInstanceOf(InterruptedError);
  expect(error?.exitCode).toBe(130);
});

it.each(['before', 'while'])('a signal is one too, %s the question is asked', async (when) => {
  const controller = new AbortController();
  if (when === 'before') controller.abort();
  const { result } = user(true, { interrupt: controller.signal });
  controller.abort();
  expect((await result)?.exitCode).toBe(130);
});

it('--yes is not asked anything', async () => {
  for (const tty of [true, false]) {
    const { result, shown } = user(tty, { yes: true });
    expect(await result).toBeNull();
    expect(shown()).toBe('');
  }
});

it('without a terminal and without --yes nothing goes ahead', async () => {
  const error = await user(false).result;
  expect(error).toBeInstanceOf(UsageError);
  expect(error?.fixes.join()).toContain('--yes');
});
