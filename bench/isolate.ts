import { type CloneReport, cloneSchema } from '../isolate/clone.ts';
import { connectDatabase } from '../target/database-connection.ts';
import { startEmbedded } from '../target/embedded.ts';

/** Tables and functions of the schema that is cloned. */
const sizes = [
  { tables: 5, functions: 10 },
  { tables: 5, functions: 100 },
  { tables: 5, functions: 1000 },
  { tables: 50, functions: 100 },
];
const REPETITIONS = 3;

/** A table as an application has it: keys, checks, an index, a trigger, a policy, a grant. */
function table(index: number): string {
  const name = `"Table ${index}"`;
  const parent = index === 0 ? '' : `, parent uuid references public."Table ${index - 1}"`;
  return `
    create table public.${name} (id uuid primary key default gen_random_uuid(), place int not null, note text default 'public',
      mood public.mood default 'calm', at timestamptz default now(), level int check (level > 0)${parent}, unique (place, level));
    create index "by note ${index}" on public.${name} (lower(note)) where place > 0;
    create trigger touch before update on public.${name} for each row execute function public.touch();
    alter table public.${name} enable row level security;
    create policy own on public.${name} using (exists (select from public.${name} t where t.id = ${name}.id));
    comment on column public.${name}.note is 'a note';`;
}

/** A function of about 40 lines with qualified names in it. */
function routine(index: number, tables: number): string {
  const name = `public."Table ${index % tables}"`;
  const step = `
  select count(*) into found from ${name} t where t.mood = 'calm'::public.mood and t.place > p_level;
  if found > 100 then
    raise exception 'too many in %', 'public' using errcode = 'P0001';
  end if;
  insert into ${name} (place, level, note) values (found, p_level, 'made by ' || p_note);`;
  return `
    create function public.routine_${index}(p_level int, p_note text default 'none') returns bigint
    language plpgsql security definer set search_path = public, pg_temp as $$
    declare
      found bigint;
    begin${step.repeat(7)}
      return found;
    end $$;`;
}

const lines = ['| tables | functions | objects | ms, median of 3 | ms per object |', '|---|---|---|---|---|'];
const target = await startEmbedded();
try {
  for (const { tables, functions } of sizes) {
    const sql = await connectDatabase(target.databaseUrl, 'bench');
    await sql.unsafe(`
      create type public.mood as enum ('calm', 'loud');
      create function public.touch() returns trigger language plpgsql as $$ begin return new; end $$;`);
    for (let index = 0; index < tables; index += 1) await sql.unsafe(table(index));
    for (let index = 0; index < functions; index += 1) await sql.unsafe(routine(index, tables));
    const reports: CloneReport[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      const schema = `bench_${repetition}`;
      reports.push(
        await cloneSchema(sql, {
          source: 'public',
          schema,
          virtualClock: false,
          allow: [],
          schemaComment: 'made by a benchmark',
        }),
      );
      await sql.unsafe(
        `drop schema ${schema} cascade; drop owned by ${schema}_owner; drop role ${schema}_owner`,
      );
    }
    const [, median] = reports.toSorted((a, b) => a.durationMs - b.durationMs);
    if (median === undefined) throw new Error('nothing was measured');
    const objects = Object.values(median.counts).reduce((sum, count) => sum + count, 0);
    const [ms, each] = [median.durationMs.toFixed(0), (median.durationMs / objects).toFixed(2)];
    lines.push(`| ${tables} | ${functions} | ${objects} | ${ms} | ${each} |`);
    await sql.unsafe(
      `drop schema public cascade; create schema public; grant usage on schema public to service_role`,
    );
    await sql.end();
  }
} finally {
  await target.stop();
}
process.stdout.write(`${lines.join('\n')}\n`);
