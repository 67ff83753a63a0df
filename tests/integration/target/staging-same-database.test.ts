import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '../../../target/database-connection.ts';
import { configureStaging } from '../../../target/staging/configuration.ts';
import { openStaging } from '../../../target/staging/open.ts';
import { proveSameDatabase } from '../../../target/staging/same-database.ts';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { ref } from '../../unit/target/staging/settings.ts';

let project: HostedStandIn;
/** The same application, deployed elsewhere. */
let twin: HostedStandIn;
beforeAll(async () => {
  const migrations = path.resolve('reference/migrations');
  project = await startHostedStandIn({ ref, migrations });
  twin = await startHostedStandIn({ ref, migrations });
});
afterAll(async () => {
  await twin?.stop();
  await project?.stop();
});

const open = (change: Record<string, string> = {}) =>
  openStaging(configureStaging({ env: { ...project.env, ...change }, folder: '/' }));

it('rows that migrations insert alike in every database prove nothing', async () => {
  expect((await open()).sameDatabase).toBe('undecided');
  const elsewhere = await open({ SUPABASE_DB_URL: twin.target.databaseUrl });
  expect(elsewhere.sameDatabase).toBe('undecided');
});

it('a database with the same application but other rows is refused', async () => {
  for (const { target } of [project, twin]) {
    const sql = await connectDatabase(target.databaseUrl, 'test');
    await sql`insert into restaurants (name, slug, timezone) values ('One', 'one', 'Europe/Berlin')`;
    await sql.end();
  }
  expect((await open()).sameDatabase).toBe('same');
  await expect(open({ SUPABASE_DB_URL: twin.target.databaseUrl })).rejects.toMatchObject({
    message: expect.stringMatching(/^SUPABASE_DB_URL leads to another database than SUPABASE_URL/),
    exitCode: 3,
  });
});

it('rows that change between two looks do not make two databases of one', async () => {
  const sql = await connectDatabase(project.target.databaseUrl, 'test');
  const writer = await connectDatabase(project.target.databaseUrl, 'test');
  let writing = true;
  const writes = (async () => {
    while (writing) await writer`update restaurants set name = name || ''`;
  })();
  const { restUrl, secretKey, secrets } = project.target;
  // Writing goes on for two of four looks, or until one look is enough.
  let asked = 0;
  const watched = new Proxy(sql, {
    apply: (target, self, args) => {
      if (Array.isArray(args[0]) && 'raw' in args[0]) asked += 1;
      // The first question is for the tables.
      if (asked > 2) writing = false;
      return Reflect.apply(target, self, args);
    },
  });
  const api = { restUrl, secretKey, secrets };
  const proof = proveSameDatabase(watched, api, { source: 'public', patienceMs: 200 }).finally(() => {
    writing = false;
  });
  expect(await proof).toBe('same');
  await writes;
  await Promise.all([sql.end(), writer.end()]);
});
