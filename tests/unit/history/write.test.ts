import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../../history/read.ts';
import { type Answered, HistoryWriter } from '../../../history/write.ts';
import { scratchFolder } from '../contracts/scratch-folder.ts';

const run = 'abcdef01';
const booking_id = `${run}-0503-8000-8000-000000000001`;
const input = { booking_id, status: 'checked_in' };

async function historyOf(...answers: (Answered | Error)[]) {
  const folder = path.join(await scratchFolder(), 'history');
  await mkdir(folder);
  const writer = new HistoryWriter(path.join(folder, 'here.ndjson'), {
    run,
    runner: 'here',
    scenario: 'window-boundary',
  });
  let failed = false;
  for (const answer of answers) {
    await writer
      .record(3, 'transition', input, async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      })
      .catch(() => {
        failed = true;
      });
  }
  await (failed ? writer.close() : writer.end());
  return readHistory(folder, run);
}

const refused = (code: string | null, http: number): Answered => ({
  http,
  body: null,
  error: { code, message: 'no', details: '', hint: null },
});

describe('a history of this process', () => {
  it('is read like that of a load generator, and is complete', async () => {
    const { operations, anchors, incomplete, warnings } = await historyOf(
      { http: 204, error: null, body: null },
      refused('23514', 400),
    );
    expect(
      operations.map(({ index, process, type, code, value }) => [index, process, type, code, value]),
    ).toEqual([
      [0, 3, 'ok', null, null],
      [1, 3, 'fail', '23514', { message: 'no', details: null, hint: null }],
    ]);
    expect(anchors.get('here')?.wall_ms).toBe(performance.timeOrigin);
    expect([...incomplete, ...warnings]).toEqual([]);
  });

  it('has an unknown outcome where there was no answer', async () => {
    const { operations } = await historyOf(refused('', 0));
    expect(operations[0]).toMatchObject({ type: 'info', class: 'connection', code: null, http: 0 });
  });

  it('is incomplete where it was not ended', async () => {
    const { incomplete } = await historyOf({ http: 204, error: null, body: null }, new Error('lost'));
    expect([...incomplete.keys()]).toEqual(['here']);
  });
});
