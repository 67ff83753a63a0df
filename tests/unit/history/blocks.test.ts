import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forEachBlock, type Range, WHOLE } from '../../../history/blocks.ts';
import { forEachLine, textOf } from '../../../history/lines.ts';
import { historyFolder } from './records.ts';

async function linesOf(file: string, range: Range): Promise<string[]> {
  const found: string[] = [];
  await forEachBlock(file, range, (bytes, length) => {
    const text = textOf(bytes, 0, length);
    expect(text.endsWith('\n')).toBe(true);
    found.push(...text.slice(0, -1).split('\n'));
  });
  return found;
}

it('gives each line once, wherever a file is divided', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('', 'a', 'bc', 'é', '\r', '日本'), { maxLength: 6 }),
      fc.boolean(),
      async (lines, ended) => {
        const text = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '');
        const file = path.join(await historyFolder({ 'a.txt': text }), 'a.txt');
        const whole = await linesOf(file, WHOLE);
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(whole).toEqual(expected);
        for (let at = 0; at <= Buffer.byteLength(text); at += 1) {
          const first = await linesOf(file, { from: 0, to: at });
          const second = await linesOf(file, { from: at, to: Number.POSITIVE_INFINITY });
          expect([...first, ...second], `at ${at}`).toEqual(expected);
        }
      },
    ),
    { numRuns: 30 },
  );
});

it('reads characters of several bytes and line ends at the border of a block', async () => {
  for (const before of [-3, -2, -1, 0, 1]) {
    const long = 'x'.repeat((1 << 20) + before);
    const text = `${long}é日\nnext\n`;
    const file = path.join(await historyFolder({ 'a.txt': text }), 'a.txt');
    const lines: string[] = [];
    await forEachLine(file, (line) => lines.push(line));
    expect(lines).toEqual([`${long}é日`, 'next']);
  }
});
