import { describe, expect, it } from 'vitest';
import { readBody } from '../../../audit/functions/read-body.ts';
import { allSteps, type Step } from '../../../audit/functions/steps.ts';
import { unseenIn } from '../../../audit/functions/unseen.ts';
import { deployed, plpgsql, triggerFunction } from './deployed.ts';

function stepsOf(definition: string): Step[] {
  const [routine] = deployed([definition]).deployment.routines;
  if (routine === undefined) throw new Error('no routine');
  return [...allSteps(readBody(routine))];
}

/** What a body does to rows, in short. */
const inShort = (definition: string): string[] =>
  stepsOf(definition).flatMap((step) => {
    if (step.kind === 'row lock') return [`${step.line} lock ${step.relation.name} ${step.strength}`];
    if (step.kind === 'table lock') return [`${step.line} table ${step.relation.name} ${step.mode}`];
    if (step.kind === 'write')
      return [`${step.line} ${step.action} ${step.relation.name} ${step.columns?.join('+') ?? '*'}`];
    return step.kind === 'unseen' ? [`${step.line} unseen: ${step.what}`] : [];
  });

describe('what a body does, with its lines', () => {
  it('in every kind of statement of PL/pgSQL', () => {
    const body = `declare
  v record;
  q text := (select 'x' from a_default for share);
  c cursor (k int) for
    select 1 from of_cursor for update;
begin
  perform 1
    from performed
   where id = 1 for update;
  select a, b
    into strict v
    from into_variable for no key update;
  if exists (select 1 from in_condition for update) then null; end if;
  for v in
    select * from looped for key share
  loop
    update in_loop set a = 1, b = 2;
  end loop;
  open c(1);
  v.x := (select 1 from assigned for update);
  while (select true from in_while for update) loop exit; end loop;
  case when (select true from in_case for update) then delete from in_when; else truncate one, two; end case;
  return query select * from returned for update;
  lock table locked, "Locked Too" in exclusive mode;
  begin null; exception when others then insert into in_handler (c) values (1); end;
  declare late int := (select 1 from in_nested for update); begin null; end;
end`;
    expect(inShort(plpgsql('f', body))).toEqual([
      '4 lock a_default share',
      '9 lock performed update',
      '13 lock into_variable no key update',
      '14 lock in_condition update',
      '16 lock looped key share',
      '18 update in_loop a+b',
      '6 lock of_cursor update',
      '21 lock assigned update',
      '22 lock in_while update',
      '23 lock in_case update',
      '23 delete in_when *',
      '23 truncate one *',
      '23 truncate two *',
      '24 lock returned update',
      '25 table locked exclusive',
      '25 table Locked Too exclusive',
      '26 insert in_handler c',
      '27 lock in_nested update',
    ]);
  });

  it('in SQL, as a text and as PostgreSQL has parsed it', () => {
    const text = `create function public.f() returns void language sql as $$
      select 1 from a for update;
      insert into b (c) select 1 from d for share $$`;
    expect(inShort(text)).toEqual(['2 lock a update', '3 lock d share', '3 insert b c']);
    const atomic = `create function public.f() returns void language sql begin atomic
      select 1 from a for update;
      update b set c = 1;
    end`;
    expect(inShort(atomic).map((each) => each.replace(/^\d+ /, ''))).toEqual(['lock a update', 'update b c']);
    expect(
      inShort('create function public.f() returns int language sql return (select 1 from a for update)'),
    ).toHaveLength(1);
  });

  it('which tables of a join a locking clause reaches', () => {
    const locks = (sql: string) =>
      inShort(plpgsql('f', `begin\nperform 1 ${sql};\nend`)).map((each) => each.split(' ')[2]);
    expect(locks('from a, b join c on true for update')).toEqual(['a', 'b', 'c']);
    expect(locks('from a x join b on true for update of x')).toEqual(['a']);
    expect(locks('from a, (select 1 from b) s for update')).toEqual(['a', 'b']);
    expect(locks('from a, (select 1 from b) s for update of s')).toEqual(['b']);
    expect(locks('from (select 1 from b for update) s')).toEqual(['b']);
    expect(locks('from a where exists (select 1 from b for update)')).toEqual(['b']);
    expect(locks('from a union select 1 from b')).toEqual([]);
  });

  it.each([
    ["execute 'update a set b = 1'", '3 update a b'],
    ["execute 'update a' || ' set b = 1'", '3 update a b'],
    ["execute format('delete from a where id = %L', q)", '3 delete a *'],
    ["execute format('delete from %I', q)", '3 unseen: SQL on a table named when it runs'],
    ["execute 'delete from ' || quote_ident(q)", '3 unseen: SQL on a table named when it runs'],
    ["execute format('select count(*) from %I.%I', q, q)", null],
    ["execute format('delete from a where %s', q)", '3 unseen: SQL that is put together when it runs'],
    ["execute format('a 100%% %I', q)", '3 unseen: SQL that is put together when it runs'],
    ["execute 'delete from a where id = ' || q", '3 unseen: SQL that is put together when it runs'],
    ['execute q', '3 unseen: SQL that is put together when it runs'],
    ["for v in execute 'select * from a for update' loop null; end loop", '3 lock a update'],
    ['return query execute q', '3 unseen: SQL that is put together when it runs'],
    ["execute 'do $x$ begin null; end $x$'", '3 unseen: a statement that runs other code'],
  ])('%s', (statement, expected) => {
    const found = inShort(plpgsql('f', `declare q text; v record; begin\n${statement};\nend`));
    expect(found).toEqual(expected === null ? [] : [expected]);
  });

  it('says what it cannot read', () => {
    expect(inShort('create function public.f() returns void language plpgsql as $$ return 1 $$')).toEqual([
      '1 unseen: a body that does not parse',
    ]);
  });

  it('with characters of several bytes before', () => {
    const body = `begin
  raise notice 'Größe — übervoll 🍽';
  perform 'ä', 1
    from "Tische ä" for update;
end`;
    expect(inShort(plpgsql('f', body))).toEqual(['5 lock Tische ä update']);
  });
});

describe('what cannot be seen', () => {
  const secret = 'execute v_sql;';
  const rpc = plpgsql('unassign_tables_atomic', 'begin\nperform helper();\nend');

  it('leaves the answer open on the paths of assigning, and is mentioned elsewhere', () => {
    const helper = plpgsql('helper', `declare v_sql text; begin\n${secret}\nend`);
    const report = plpgsql('report', `declare v_sql text; begin\n${secret}\nend`);
    const program = deployed([rpc, helper, report]);
    expect(unseenIn(program)).toEqual({
      core: ['public.helper(), line 3: SQL that is put together when it runs'],
      elsewhere: ['public.report(), line 3: SQL that is put together when it runs'],
    });
  });

  it('counts triggers of the tables of claims to these paths, unless they are disabled', () => {
    const fired = triggerFunction('fired', secret);
    const on = { on: 'allocations', runs: 'fired' };
    expect(unseenIn(deployed([fired], [on])).core).toHaveLength(1);
    expect(unseenIn(deployed([fired], [{ ...on, enabled: false }]))).toMatchObject({
      core: [],
      elsewhere: [expect.stringContaining('put together')],
    });
    expect(unseenIn(deployed([fired], [{ ...on, on: 'zones' }])).core).toEqual([]);
  });
});
