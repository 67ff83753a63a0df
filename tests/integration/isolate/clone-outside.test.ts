import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CloneReport } from '../../../isolate/clone.ts';
import { type CloneProject, startCloneProject } from './clone-project.ts';

/** An application that keeps helpers in a schema of its own, as the platform recommends. */
const application = `
  create schema private;
  create table public.journal (what text);
  create table public.places (id int primary key);
  create table private.log (what text);
  create function private.places_seen() returns setof int language sql stable security definer set search_path = ''
    as $$ select id from public.places $$;
  create function private.writes() returns trigger language plpgsql security definer set search_path = public
    as $$ begin insert into journal values ('placed'); return new; end $$;
  create function private.leads_on() returns setof int language sql stable as $$ select private.places_seen() $$;
  create function private.shouts(what text) returns text language sql immutable as $$ select upper(what) $$;
  create view private.all_places as select * from public.places;
  grant usage on schema private to service_role;
  grant execute on all functions in schema private to service_role;
  grant all on all tables in schema private to service_role;
  create trigger written after insert on public.places for each row execute function private.writes();
  create policy seen on public.places using (id in (select private.places_seen()));
  create function public.follows() returns setof int language sql
    as $$ select private.leads_on() $$;
  create function public.follows_path() returns setof int language sql security definer set search_path = private
    as $$ select places_seen() $$;
  create function public.logs() returns void language plpgsql
    as $$
    begin
      insert into private.log values ('x');
    end $$;
  create view public.viewed as select * from private.all_places;
  create function public.shouts(what text) returns text language sql as $$ select private.shouts(what) $$;
  create function public.asks_for_user() returns text language sql security definer
    as $$ select email from auth.users where id = auth.uid() for update $$;
  create function public.who() returns uuid language plpgsql security definer
    as $$ declare found uuid; begin execute $q$select auth.uid()$q$ into found; return found; end $$;
  create function public.sends() returns bigint language plpgsql
    as $$ begin
      perform realtime.send('{}'::jsonb, 'placed', 'places');
      perform realtime.broadcast_changes('places', 'placed', 'INSERT', 'places', 'x', null, null);
      return net.http_post(url := 'https://example.test', body := '{}');
    end $$;
  create trigger hook after insert on public.places
    for each row execute function supabase_functions.http_request('https://example.test', 'POST', '{}', '{}', '1000');
`;
const harmful = ['follows', 'follows_path', 'logs', 'view viewed', 'trigger written on places'];

let project: CloneProject;
let report: CloneReport;
beforeAll(async () => {
  project = await startCloneProject(application);
  report = await project.clone({ allow: harmful });
});
afterAll(() => project?.stop());

const call = async (statement: string) => {
  const [row] = await project.sql.begin(async (sql) => {
    await sql`set local role service_role`;
    return sql.unsafe(statement);
  });
  return row;
};

it.each([
  ['trigger written on places', null, 'private.writes', /reaches the real tables of public/],
  ['function follows()', 1, 'private.leads_on', /leads on to private.places_seen/],
  ['function follows_path()', 1, 'private.places_seen', /reaches the real tables of public/],
  ['view viewed', null, 'private.all_places', /reaches the real tables of public/],
  ['function logs()', 3, 'private.log', /the load would write to the real one/],
])('%s would leave the clone', (object, line, text, reason) => {
  expect(report.findings).toContainEqual({
    object,
    kind: 'leftover',
    line,
    text,
    reason: expect.stringMatching(reason),
  });
});

it('nothing of this is cloned unless it is allowed', async () => {
  const cloned = project.clone({ schema: 'ts_second' });
  await expect(cloned).rejects.toThrow(
    /function logs\(\), line 3: .* would write to the real one \(private.log\)/,
  );
});

it('what only reads, for row-level security, is noted', () => {
  const found = report.findings.find(({ object }) => object === 'policy seen on places');
  expect(found).toMatchObject({ kind: 'note', text: 'private.places_seen' });
});

it('what does no harm is called as it is', async () => {
  const leftovers = report.findings.filter(({ kind }) => kind === 'leftover').map(({ object }) => object);
  expect(leftovers).not.toContain('function shouts(text)');
  expect(leftovers).not.toContain('function asks_for_user()');
  expect(await call(`select table_stress.shouts('a') as answer`)).toEqual({ answer: 'A' });
});

it('a function that only dollar quotes name gets its wrapper', async () => {
  expect(report.wrappers).toContain('auth.uid');
  expect(await call('select table_stress.who() as answer')).toEqual({ answer: null });
});

it('requests and messages of the load are not sent, and it is told', async () => {
  expect(await call('select public.sends()::int > 0 as answer')).toEqual({ answer: true });
  expect(await call('select table_stress.sends()::int as answer')).toEqual({ answer: 0 });
  const told = report.findings.filter(({ object }) => object === 'function sends()');
  expect(told.map(({ kind, text }) => `${kind} ${text}`).sort()).toEqual([
    'note net.http_post',
    'note realtime.broadcast_changes',
    'note realtime.send',
  ]);
  expect(report.findings).toContainEqual(
    expect.objectContaining({ object: 'trigger hook on places', kind: 'note' }),
  );
  const [row] = await project.sql`
    select array_agg(tgname::text) as triggers from pg_trigger where tgrelid = 'table_stress.places'::regclass`;
  expect(row).toEqual({ triggers: ['written'] });
});
