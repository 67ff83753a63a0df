import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configureStaging, readSettings } from '../../../../target/staging/configuration.ts';
import { scratchFolder } from '../scratch.ts';
import { otherRef, ref, refusal, secretKey } from './settings.ts';

const file = `
SUPABASE_URL=https://${ref}.supabase.co
SUPABASE_SERVICE_ROLE_KEY="${secretKey}"
TABLE_STRESS_PROJECT_REF=${ref} # staging
SUPABASE_DB_URL=postgresql://postgres:secret@db.${ref}.supabase.co:5432/postgres
TABLE_STRESS_PROTECTED_REFS=${otherRef}
`;

async function folderWith(text: string | null, mode = 0o600): Promise<string> {
  const folder = await scratchFolder();
  if (text !== null) {
    await writeFile(join(folder, '.env'), text);
    await chmod(join(folder, '.env'), mode);
  }
  return folder;
}

describe('.env', () => {
  it('is read', async () => {
    const settings = readSettings({ env: {}, folder: await folderWith(file) });
    expect(settings).toMatchObject({
      url: `https://${ref}.supabase.co`,
      key: secretKey,
      keyField: 'SUPABASE_SERVICE_ROLE_KEY',
      projectRef: ref,
      protectedRefs: [otherRef],
      warnings: [],
    });
  });

  it('is a warning when everybody can read it', async () => {
    const { warnings } = readSettings({ env: {}, folder: await folderWith(file, 0o644) });
    expect(warnings).toEqual(['.env can be read by every user of this machine: chmod 600 .env']);
  });

  it('loses against the environment, also against an empty value', async () => {
    const env = { SUPABASE_SECRET_KEY: 'sb_secret_other', SUPABASE_DB_URL: '' };
    const settings = readSettings({ env, folder: await folderWith(file) });
    expect(settings).toMatchObject({ key: 'sb_secret_other', databaseUrl: null });
    const legacy = readSettings({
      env: { SUPABASE_SERVICE_ROLE_KEY: 'from the environment' },
      folder: await folderWith(`${file}\nSUPABASE_SECRET_KEY=from the file`),
    });
    expect(legacy.key).toBe('from the environment');
  });

  it('what it protects cannot be unprotected, only added to', async () => {
    const third = 'aaaaaaaaaaaaaaaaaaaa';
    const options = { folder: await folderWith(file), protectedRefs: [third] };
    expect(readSettings({ ...options, env: { TABLE_STRESS_PROTECTED_REFS: '' } }).protectedRefs).toEqual([
      otherRef,
      third,
    ]);
    const env = { TABLE_STRESS_PROTECTED_REFS: ref };
    expect(refusal(() => configureStaging({ ...options, env }))).toMatch(/is protected/);
  });
});

describe('refuses', () => {
  it('to start without configuration, and says all that is missing', async () => {
    const folder = await folderWith(null);
    expect(refusal(() => readSettings({ env: {}, folder }))).toMatch(
      /^SUPABASE_URL, TABLE_STRESS_PROJECT_REF, SUPABASE_SECRET_KEY \(or SUPABASE_SERVICE_ROLE_KEY\): not set/,
    );
    const env = { SUPABASE_URL: 'x', SUPABASE_SECRET_KEY: ' ', TABLE_STRESS_PROJECT_REF: ref };
    expect(refusal(() => readSettings({ env, folder }))).toMatch(
      /^SUPABASE_SECRET_KEY \(or [A-Z_]+\): not set/,
    );
  });

  it('a protected ref that would protect nothing', async () => {
    const env = { TABLE_STRESS_PROTECTED_REFS: `${otherRef}, Production` };
    const folder = await folderWith(file.replace('TABLE_STRESS_PROTECTED_REFS', 'X'));
    expect(refusal(() => readSettings({ env, folder }))).toMatch(/TABLE_STRESS_PROTECTED_REFS: entry 2/);
  });

  it('.env that is a folder', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, '.env'));
    expect(refusal(() => readSettings({ env: {}, folder }))).toMatch(/^\.env: cannot be read/);
  });
});
