import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { specialMigrations } from './special-migrations.ts';

const reference = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));

/** Feature files, each with a table, two functions, a trigger and a policy. */
const features = 26;
/** Files with functions only, two each. */
const functionFiles = 10;
/** Files that change what is there, as fixes and hot fixes do. */
const fixes = 34;

/**
 * Writes a folder as a project has it after two years: the reference application among a hundred files, features on
 * top of it, and files of every kind that make a folder hard to apply again.
 *
 * @returns the project's `supabase` folder; the caller removes what is above it.
 */
export async function realisticProject(): Promise<{ root: string; supabase: string; count: number }> {
  const root = await mkdtemp(join(tmpdir(), 'ts-project-'));
  const supabase = join(root, 'supabase');
  const migrations = join(supabase, 'migrations');
  await mkdir(join(migrations, 'archive'), { recursive: true });
  await cp(reference, migrations, { recursive: true });
  // Files come from Windows, too.
  for (const [index, name] of (await readdir(reference)).sort().entries()) {
    const text = await readFile(join(reference, name), 'utf8');
    if (index % 5 === 1) await writeFile(join(migrations, name), text.replaceAll('\n', '\r\n'));
    if (index % 5 === 2) await writeFile(join(migrations, name), `\ufeff${text}`);
  }
  const files = { ...generated(), ...specialMigrations };
  for (const [name, text] of Object.entries(files)) await writeFile(join(migrations, name), text);
  for (const [name, text] of Object.entries(beside)) await writeFile(join(migrations, name), text);
  await writeFile(join(supabase, 'config.toml'), '');
  await writeFile(join(supabase, 'seed.sql'), 'insert into nowhere values (1);');
  return { root, supabase, count: Object.keys(files).length + (await readdir(reference)).length };
}

/** What lies in such folders without being a migration. */
const beside: Record<string, string> = {
  'README.md': '# Migrations',
  '.DS_Store': '',
  'seed.sql': 'insert into nowhere values (1);',
  'hotfix.sql': 'drop schema public cascade;',
  '20260301000000_backup.sql.bak': 'drop schema public cascade;',
  'archive/20250101000000_old.sql': 'drop schema public cascade;',
};

function generated(): Record<string, string> {
  const files: Record<string, string> = {};
  for (let index = 0; index < features; index += 1) {
    files[`20260201${stamp(index)}_feature_${index}.sql`] = feature(`feature_${index}`);
  }
  for (let index = 0; index < functionFiles; index += 1) {
    files[`20260202${stamp(index)}_reports_${index}.sql`] = reports(index);
  }
  for (let index = 0; index < fixes; index += 1) {
    files[`20260203${stamp(index)}_fix_${index}.sql`] = fix(index);
  }
  return files;
}

const stamp = (index: number): string => String(100_000 + index).padStart(6, '0');

function feature(name: string): string {
  return `-- Feature ${name}: notes of guests — “with” characters of several bytes.
create table if not exists public.${name} (
  id uuid primary key default extensions.gen_random_uuid(),
  restaurant_id uuid not null references public.restaurants (id) on delete cascade,
  booking_id uuid references public.bookings (id) on delete set null,
  created_by uuid references auth.users (id),
  body jsonb not null default '{}'::jsonb,
  total numeric generated always as ((body ->> 'total')::numeric) stored,
  created_at timestamptz not null default timezone('utc', now()),
  updated_at timestamptz not null default now()
);
create index on public.${name} (restaurant_id, created_at desc);
alter table public.${name} enable row level security;
alter table public.${name} owner to postgres;

create or replace function public.touch_${name}() returns trigger language plpgsql as $function$
begin
  new.updated_at := now(); -- a semicolon; in a comment
  return new;
end;
$function$;

create or replace function public.count_${name}(p_restaurant_id uuid) returns bigint
language sql stable security definer set search_path = public
begin atomic
  select count(*) from public.${name} f where f.restaurant_id = p_restaurant_id;
end;

drop trigger if exists touch on public.${name};
create trigger touch before update on public.${name} for each row execute function public.touch_${name}();
drop policy if exists "Owners read ${name}" on public.${name};
create policy "Owners read ${name}" on public.${name} for select to authenticated using (created_by = auth.uid());
grant all on table public.${name} to anon, authenticated, service_role;
alter publication supabase_realtime add table public.${name};
comment on table public.${name} is 'It''s a feature; nothing else';
`;
}

function reports(index: number): string {
  return `set check_function_bodies = off;
create function public.report_${index}(p_day date) returns table (restaurant_id uuid, bookings bigint)
language plpgsql stable as $$
begin
  return query select b.restaurant_id, count(*) from public.bookings b where b.booking_date = p_day group by 1;
end $$;
create function public.report_${index}_text(p_day date) returns text language sql as
  'select count(*)::text from public.report_${index}($1);';
revoke all on function public.report_${index}(date) from public, anon;
grant execute on function public.report_${index}(date) to authenticated, service_role;
`;
}

function fix(index: number): string {
  const table = `feature_${index % features}`;
  return `alter table public.${table} add column if not exists fix_${index} text default 'ö';
do $$ begin
  if exists (select from pg_attribute where attrelid = 'public.${table}'::regclass and attname = 'fix_${index}') then
    execute format('create index if not exists %I on public.${table} (fix_${index})', 'fix_${index}_idx');
  end if;
end $$;
update public.${table} set body = body || '{"fix": ${index}}';
`;
}
