import { describe, expect, it } from 'vitest';
import type { Context } from '../../../audit/check.ts';
import { allChecks } from '../../../audit/checks/all.ts';
import type { Deployment, Relation } from '../../../audit/deployment/deployment.ts';
import { obstaclesTo } from '../../../audit/deployment/needs.ts';
import { Program } from '../../../audit/functions/program.ts';
import { checkIds } from '../../../contracts/audit-result.ts';
import { parse } from '../../../sql/parser.ts';
import { asTree, strings } from '../../../sql/tree.ts';
import { deployed, plpgsql } from './deployed.ts';

/** All that the questions call: none of these writes, waits or reaches out. */
const harmless = new Set(
  `array_to_string bool_or btrim cardinality coalesce count floor format generate_subscripts greatest isempty
   lower max min now pg_get_constraintdef pg_get_expr pg_get_function_arguments pg_get_function_sqlbody
   string_to_array to_regprocedure tstzrange unnest upper array_agg extract ceil`.split(/\s+/),
);

/** A deployment in a schema with an awkward name, with everything that the checks need, and defects for those that read bodies. */
function awkward(schema: string): Deployment {
  const functions = [
    plpgsql(
      'assign_tables_atomic_v2',
      `begin
insert into allocations (restaurant_id) values (v);
perform 1 from restaurants for update;
end`,
    ),
  ];
  const { deployment } = deployed(functions);
  const types: Record<string, string> = { window: 'tstzrange' };
  const relations = new Map<string, Relation>();
  for (const each of deployment.relations) relations.set(each.name, { ...each, schema });
  for (const { needs } of allChecks) {
    for (const [table, columns] of Object.entries(needs)) {
      const known = relations.get(table);
      const names = columns.map((each) => (typeof each === 'string' ? each : each.name));
      const all = new Set([...(known?.columns.map(({ name }) => name) ?? []), ...names]);
      relations.set(table, {
        ...(known ?? {
          oid: 5000 + relations.size,
          schema,
          kind: 'r',
          hidesRows: false,
          keyColumns: [],
          name: table,
        }),
        columns: [...all].map((name) => ({
          name,
          type: types[name] ?? 'uuid',
          readable: true,
          hasDefault: false,
        })),
      });
    }
  }
  return {
    ...deployment,
    schema,
    relations: [...relations.values()],
    routines: deployment.routines.map((each) => ({
      ...each,
      schema,
      signature: `"${schema.replaceAll('"', '""')}".${each.name}()`,
    })),
  };
}

function* nodes(node: unknown): Generator<[string, Record<string, unknown>]> {
  if (Array.isArray(node)) for (const each of node) yield* nodes(each);
  else if (typeof node === 'object' && node !== null) {
    for (const [kind, value] of Object.entries(node)) {
      yield [kind, asTree(value) as Record<string, unknown>];
      yield* nodes(value);
    }
  }
}

describe.each(['public', `Ann's "dining" room`])('in schema %s', (schema) => {
  const deployment = awkward(schema);
  const context: Context = {
    deployment,
    program: new Program(deployment),
    at: "timestamptz '2026-11-27T20:00:00.000Z'",
  };
  const questions = allChecks.map((check) => [check.id, check, check.ask(context)] as const);

  it('every check can be asked', () => {
    expect(questions.map(([id]) => id)).toEqual(checkIds);
    for (const [id, check, question] of questions) {
      expect(obstaclesTo(check.needs, deployment), id).toEqual([]);
      expect(question, id).toHaveProperty('query');
    }
  });

  it.each(questions)('%s: one SELECT of what it names, by functions that only read', (_, __, question) => {
    if ('impossible' in question || question.query === null) throw new Error('nothing is asked');
    const { lookedAt, notes = [] } = question;
    const counts = [
      ...notes.map(({ sql }) => sql),
      ...(typeof lookedAt.count === 'number' ? [] : [lookedAt.count.sql]),
    ];
    for (const sql of [question.query, ...counts]) {
      const parsed = parse(sql);
      if (!('statements' in parsed)) throw new Error(`does not parse: ${sql}`);
      expect(parsed.statements.map(({ kind }) => kind)).toEqual(['SelectStmt']);
      const found = [...nodes(parsed.statements[0]?.tree)];
      const kinds = new Set(found.map(([kind]) => kind));
      for (const kind of [
        'lockingClause',
        'intoClause',
        'InsertStmt',
        'UpdateStmt',
        'DeleteStmt',
        'MergeStmt',
      ]) {
        expect(kinds, sql).not.toContain(kind);
      }
      const called = found.flatMap(([kind, tree]) =>
        kind === 'FuncCall' ? strings(tree.funcname).slice(-1) : [],
      );
      expect(called.filter((name) => !harmless.has(name))).toEqual([]);
      const tables = found.flatMap(([kind, tree]) => (kind === 'RangeVar' ? [tree] : []));
      const named = new Set(
        found.flatMap(([kind, tree]) => (kind === 'CommonTableExpr' ? [String(tree.ctename)] : [])),
      );
      for (const { schemaname, relname } of tables) {
        const isCatalog = /^pg_/.test(String(relname)) && schemaname === undefined;
        if (!isCatalog && !named.has(String(relname))) expect(schemaname).toBe(schema);
      }
    }
  });

  it('the instant is a literal of the text', () => {
    const [, , question] = questions[0] ?? [];
    expect(question).toMatchObject({
      query: expect.stringContaining("timestamptz '2026-11-27T20:00:00.000Z'"),
    });
  });
});

it('every reason of a check says what it means and what to do', () => {
  for (const { reasons, sentence } of allChecks) {
    expect(sentence).toMatch(/^[a-z].*[^.]$/);
    for (const { says, next } of Object.values(reasons)) {
      expect(says.length).toBeGreaterThan(10);
      expect(next.length).toBeGreaterThan(10);
    }
  }
});
