import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFolder } from '../../../contracts/run-folder.ts';
import { refuseLeakedSecrets } from '../../../scripts/run/scan-secrets.ts';

const secret = 'pä$$ "word"&<k3y>/+=\\x';
let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ts-scan-'));
  mkdirSync(path.join(root, 'k6'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const scan = async (secrets = [secret]): Promise<string> => {
  try {
    await refuseLeakedSecrets(new RunFolder(root), secrets);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

const base64 = (before: string): string => Buffer.from(`${before}${secret}, and more`).toString('base64');
const forms: [string, string | Buffer][] = [
  ['as it is', `key: ${secret}`],
  ['in a URL', `postgres://u:${encodeURIComponent(secret)}@host/db`],
  ['in JSON', JSON.stringify({ nested: { secret } })],
  ['in HTML', `<p>pä$$ &quot;word&quot;&amp;&lt;k3y&gt;/+=\\x</p>`],
  ['in base64', base64('')],
  ['in base64, one byte later', base64('a')],
  ['in base64, two bytes later', base64('u:')],
  ['in base64 for URLs', Buffer.from(`u:${secret}`).toString('base64url')],
  [
    'in a binary file',
    Buffer.concat([Buffer.from([0, 255, 254, 195]), Buffer.from(secret), Buffer.from([0])]),
  ],
  ['across the border of two chunks', `${'x'.repeat((1 << 16) - 7)}${secret}`],
  ['across the border, with a byte more', `${'x'.repeat((1 << 16) - 1)}${secret}`],
];

describe('a planted secret is found', () => {
  it.each(forms)('%s', async (_, content) => {
    writeFileSync(path.join(root, 'k6', 'hot-table.log'), content);
    const message = await scan();
    expect(message).toContain(path.join('k6', 'hot-table.log'));
    expect(message).not.toContain(secret);
  });

  it('in the name of a file, which is not shown then', async () => {
    writeFileSync(path.join(root, 'k6', 'sb_secret_0123456789.json'), '{}');
    const message = await scan(['sb_secret_0123456789']);
    expect(message).toContain('[redacted].json');
    expect(message).not.toContain('sb_secret_0123456789');
  });
});

it('a folder without secrets passes, whatever else is in it', async () => {
  writeFileSync(path.join(root, 'k6', 'a.log'), Buffer.alloc(1 << 18, 7));
  writeFileSync(path.join(root, 'verdict.json'), JSON.stringify({ secret: 'another' }));
  expect(await scan()).toBe('');
});
