import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CloneProject, startCloneProject } from './clone-project.ts';

/** Calls of functions that take an enum, with plain strings, and an extension that keeps `public` on the path. */
const application = `
  create extension citext with schema public;
  create type public.mood as enum ('calm', 'loud');
  create function public.say(p_mood public.mood, p_what text default '') returns text language sql
    as $$ select p_mood || p_what $$;
  create function public.many(p_moods public.mood[]) returns int language sql as $$ select cardinality(p_moods) $$;
  create function public.as_caller() returns text language plpgsql as $$ begin return say('calm', '!'); end $$;
  create function public.as_owner() returns text language plpgsql security definer set search_path = public
    as $$ declare n int := many('{calm,loud}'); begin return say(p_mood => 'loud') || n || ('A'::citext = 'a'); end $$;
  create function public.in_sql() returns text language sql as $$ select say('loud') $$;
  create function public.built() returns text language plpgsql
    as $$ declare r text; begin execute 'select say(''calm'')' into r; return r; end $$;`;

let project: CloneProject;
beforeAll(async () => {
  project = await startCloneProject(application);
  await project.clone();
});
afterAll(() => project?.stop());

it.each(['as_caller', 'as_owner', 'in_sql', 'built'])(
  '%s answers the same with both schemas on the path',
  async (name) => {
    const answers: unknown[] = [];
    for (const schema of ['public', 'table_stress']) {
      await project.sql.begin(async (sql) => {
        await sql.unsafe(
          `set local search_path = ${schema}, public, extensions; set local role service_role`,
        );
        answers.push(await sql.unsafe(`select ${schema}.${name}() as answer`).then(([row]) => row));
      });
    }
    expect(answers[1]).toEqual(answers[0]);
  },
);
