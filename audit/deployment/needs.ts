import { quoteIdentifier } from '../../sql/tokens.ts';
import { type Deployment, type Relation, relationNamed } from './deployment.ts';

/** By table of the audited schema the columns that are read; a type where the question rests on it. */
export type Needs = Readonly<
  Record<string, readonly (string | { readonly name: string; readonly type: string })[]>
>;

/** Why something cannot be looked at, and what would make it possible. */
export interface Obstacle {
  readonly reason: string;
  readonly next: string;
}

const kinds: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

/** What keeps a check from reading what it needs; none when nothing does. */
export function obstaclesTo(needs: Needs, deployment: Deployment): Obstacle[] {
  return Object.entries(needs).flatMap(([table, columns]) => obstaclesAt(table, columns, deployment));
}

function obstaclesAt(table: string, columns: Needs[string], deployment: Deployment): Obstacle[] {
  const { schema, server } = deployment;
  const name = `${schema}.${table}`;
  const relation = relationNamed(deployment, table);
  const elsewhere = 'see docs/audit.md for what an application must have; --schema names another schema';
  if (relation === undefined) return [{ reason: `there is no table ${name}`, next: elsewhere }];
  const kind = kinds[relation.kind];
  if (kind !== undefined) return [{ reason: `${name} is ${kind}, not a table`, next: elsewhere }];
  const given = columns.map((each) => (typeof each === 'string' ? { name: each, type: null } : each));
  const missing = given.filter((each) => typeOf(relation, each.name) === undefined).map((each) => each.name);
  if (missing.length > 0) return [{ reason: `${name} has no column ${missing.join(', ')}`, next: elsewhere }];
  const other = given.flatMap((each) => {
    const type = typeOf(relation, each.name);
    return each.type === null || each.type === type ? [] : [`${each.name} is ${type}, not ${each.type}`];
  });
  if (other.length > 0) return [{ reason: `${name}: ${other.join(', ')}`, next: elsewhere }];
  return [
    ...rightsAt(
      relation,
      given.map((each) => each.name),
      deployment,
    ),
    ...hiddenAt(relation, server.role),
  ];
}

function rightsAt(
  relation: Relation,
  columns: readonly string[],
  { schema, server }: Deployment,
): Obstacle[] {
  const role = quoteIdentifier(server.role);
  const obstacles: Obstacle[] = [];
  if (!server.schemaUsage) {
    obstacles.push({
      reason: `role ${server.role} has no USAGE on schema ${schema}`,
      next: `grant usage on schema ${quoteIdentifier(schema)} to ${role};`,
    });
  }
  const closed = columns.filter(
    (name) => !relation.columns.some((each) => each.name === name && each.readable),
  );
  if (closed.length > 0) {
    obstacles.push({
      reason: `role ${server.role} may not read ${relation.schema}.${relation.name} (${closed.join(', ')})`,
      next: `grant select (${closed.map(quoteIdentifier).join(', ')}) on ${nameInSql(relation)} to ${role};`,
    });
  }
  return obstacles;
}

function hiddenAt(relation: Relation, role: string): Obstacle[] {
  if (!relation.hidesRows) return [];
  return [
    {
      reason: `row-level security may hide rows of ${relation.schema}.${relation.name} from role ${role}`,
      next: `create policy audit_reads on ${nameInSql(relation)} for select to ${quoteIdentifier(role)} using (true); or use a role with BYPASSRLS`,
    },
  ];
}

export function has(relation: Relation | undefined, column: string): boolean {
  return relation?.columns.some(({ name, readable }) => name === column && readable) ?? false;
}

function typeOf(relation: Relation, column: string): string | undefined {
  return relation.columns.find(({ name }) => name === column)?.type;
}

/** A relation's name as SQL has to write it, with its schema. */
export function nameInSql({ schema, name }: Pick<Relation, 'schema' | 'name'>): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A table of the audited schema as SQL has to write it. */
export function tableInSql({ schema }: Deployment, table: string): string {
  return nameInSql({ schema, name: table });
}

/** A column where the deployment has it and it may be read, else a null of its type. */
export function columnOr(
  deployment: Deployment,
  table: string,
  column: string,
  { alias, type }: { alias: string; type: string },
): string {
  return has(relationNamed(deployment, table), column)
    ? `${alias}.${quoteIdentifier(column)}`
    : `null::${type}`;
}
