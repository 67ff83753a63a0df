/** What is done to a clone of every-kind.sql, and what the proof has to say of it. */
export const tampering: readonly [what: string, statements: string, message: RegExp][] = [
  ['a dropped index', 'drop index table_stress.child_expr', /^index child_expr: is missing/],
  ['another index', 'create index more on table_stress.fast (c)', /^index more: is in the clone only/],
  [
    'a changed function body',
    "create or replace function table_stress.overloaded(a int) returns int language plpgsql as 'begin return a + 1; end'",
    /^function overloaded\(integer\): should read/,
  ],
  [
    'another volatility',
    'alter function table_stress.overloaded(int) stable',
    /^function overloaded\(integer\): should read/,
  ],
  [
    "the caller's rights instead of the owner's",
    'alter function table_stress.assign_tables_atomic_v2 security invoker',
    /^function assign_tables_atomic_v2\(.*should read.*security definer/,
  ],
  [
    'another search path',
    'alter function table_stress.assign_tables_atomic_v2 set search_path = pg_catalog',
    /^function assign_tables_atomic_v2\(.*should read/,
  ],
  [
    'a dropped overload',
    'drop function table_stress.overloaded(int)',
    /^function overloaded\(integer\): is missing/,
  ],
  [
    'a disabled trigger',
    'alter table table_stress."Guests" disable trigger logs',
    /^trigger logs on "Guests": should read/,
  ],
  [
    'a trigger that fires again',
    'alter table table_stress.child_of enable trigger disabled',
    /^trigger disabled on child_of: should read/,
  ],
  [
    'a missing grant',
    'revoke select on table_stress.bookings from service_role',
    /lacks SELECT for service_role/,
  ],
  ['an extra grant', 'grant insert on table_stress.bookings to public', /has INSERT for public/],
  [
    'an extra right to execute',
    'grant execute on function table_stress.overloaded(int) to anon',
    /has EXECUTE for anon/,
  ],
  [
    'a missing grant on a column',
    'revoke update (code) on table_stress."Guests" from anon',
    /lacks UPDATE \(code\) for anon/,
  ],
  [
    'a grant option',
    'grant select on table_stress.bookings to service_role with grant option',
    /with grant option/,
  ],
  ['an extra table', 'create table table_stress.more ()', /^table more: is in the clone only/],
  ['an extra column', 'alter table table_stress.fast add more int', /^table fast: should read/],
  ['another type', 'alter table table_stress.owns_user alter n type bigint', /^table owns_user: should read/],
  [
    'null allowed',
    'alter table table_stress."Guests" alter "Full Name" drop not null',
    /^table "Guests": should read/,
  ],
  [
    'another default',
    'alter table table_stress.measured alter v set default 6',
    /^default of measured.v: should read/,
  ],
  [
    'a default that is gone',
    'alter table table_stress."Guests" alter code drop default',
    /^default of "Guests".code: is missing/,
  ],
  [
    'an altered policy',
    'alter policy all_of on table_stress.child_of using (false)',
    /^policy all_of on child_of: should read/,
  ],
  [
    'a policy for others',
    'alter policy all_of on table_stress.child_of to anon',
    /^policy all_of on child_of: should read/,
  ],
  [
    'row security off',
    'alter table table_stress."Guests" disable row level security',
    /^table "Guests": should read/,
  ],
  [
    'row security not forced',
    'alter table table_stress.child_of no force row level security',
    /^table child_of: should read/,
  ],
  [
    'a constraint that is gone',
    'alter table table_stress.child_of drop constraint no_overlap',
    /^constraint no_overlap on child_of: is missing/,
  ],
  [
    'a constraint that is valid now',
    'alter table table_stress.child_of validate constraint child_fk2',
    /^constraint child_fk2 on child_of: should read/,
  ],
  ['another label', `alter type table_stress."Mood" add value 'more'`, /^type "Mood": should read/],
  [
    'another sequence step',
    'alter sequence table_stress."Standalone Seq" increment 6',
    /^sequence "Standalone Seq": should read/,
  ],
  [
    'a domain without its constraint',
    'alter domain table_stress.positive drop constraint small',
    /^domain positive: should read/,
  ],
  [
    'a view that reads less',
    'create or replace view table_stress.counted with (security_barrier) as select mood, 0::bigint as n from table_stress."Happy Guests"',
    /^view counted: should read/,
  ],
  [
    "a view with its owner's rights",
    'alter view table_stress."Happy Guests" reset (security_invoker)',
    /^view "Happy Guests": should read/,
  ],
  [
    'a view of the deployed table',
    'create or replace view table_stress.by_key as select id, "Full Name", 0::bigint as count from public."Guests"',
    /depends on .*public\."Guests" of the deployed schema/,
  ],
  [
    'a foreign key into the deployed schema',
    'alter table table_stress.fast add foreign key (b) references public.fast',
    /depends on .* public\.fast of the deployed schema/,
  ],
  [
    'a trigger that runs a deployed function',
    'create trigger more after insert on table_stress.fast for each row execute function public.log_all()',
    /depends on function public\.log_all\(\) of the deployed schema/,
  ],
  [
    'a detached partition',
    'alter table table_stress.measured detach partition table_stress.measured_2025',
    /^partition measured_2025 of measured: is missing/,
  ],
  [
    'another owner',
    'alter table table_stress.fast owner to postgres',
    /is owned by postgres, not by table_stress_owner/,
  ],
  [
    'another comment',
    `comment on table table_stress."Guests" is 'other'`,
    /lacks the comment "Guests of the house/,
  ],
  [
    'a rule that is gone',
    'drop rule "No Delete" on table_stress.fast',
    /^rule "No Delete" on fast: is missing/,
  ],
  [
    'statistics that are gone',
    'drop statistics table_stress.guest_stats',
    /^statistics guest_stats: is missing/,
  ],
  ['a table that is logged', 'alter table table_stress.faster set logged', /^table faster: should read/],
  ['storage options', 'alter table table_stress."Guests" reset (fillfactor)', /^table "Guests": should read/],
  [
    'an owner that may do more',
    'grant service_role to table_stress_owner',
    /^role table_stress_owner: is a member of service_role/,
  ],
  [
    'a trigger on the deployed table meanwhile',
    'alter table public."Guests" disable trigger logs',
    /^trigger logs on "Guests": was changed in the deployed schema/,
  ],
];
