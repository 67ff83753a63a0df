import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { identifier } from '../../sql/quoting.ts';
import { readAggregates } from './aggregates.ts';
import { readCollations } from './collations.ts';
import { type Comment, readComments } from './comments.ts';
import { readConstraints } from './constraints.ts';
import { readDefaults } from './defaults.ts';
import { type Dependency, readDependencies } from './dependencies.ts';
import { readIndexes, readIndexPartitions } from './indexes.ts';
import type { CatalogObject, Reader } from './object.ts';
import { readCasts, readOperators } from './operators.ts';
import { readInheritance } from './partitions.ts';
import { readPolicies } from './policies.ts';
import { type Privilege, readPrivileges } from './privileges.ts';
import { readRoutines } from './routines.ts';
import { readSequences } from './sequences.ts';
import { readStatistics } from './statistics.ts';
import { readTables } from './tables.ts';
import { readTextSearch } from './text-search.ts';
import { readRules, readTriggers } from './triggers.ts';
import { readTypes } from './types.ts';
import { readUnsupported } from './unsupported.ts';
import { readViews } from './views.ts';

/** Everything of one schema that a clone must have as well. */
export interface Catalog {
  readonly schema: string;
  /** Without what belongs to an extension. In the order of kind and name. */
  readonly objects: readonly CatalogObject[];
  readonly privileges: readonly Privilege[];
  readonly comments: readonly Comment[];
  readonly dependencies: readonly Dependency[];
  /** Names of the schema's relations, types and functions that do not belong to an extension. */
  readonly names: ReadonlySet<string>;
  /** Names of those that do. */
  readonly staying: ReadonlySet<string>;
  /** Names of the schema's own functions that take types of its own. */
  readonly ambiguous: ReadonlySet<string>;
}

const readers = [
  readCollations,
  readOperators,
  readCasts,
  readTextSearch,
  readTypes,
  readSequences,
  readTables,
  readInheritance,
  readDefaults,
  readConstraints,
  readIndexes,
  readIndexPartitions,
  readViews,
  readRoutines,
  readAggregates,
  readTriggers,
  readRules,
  readPolicies,
  readStatistics,
  readUnsupported,
];

/**
 * Reads a schema from the catalogs. Sets the transaction's search path to nothing, so that every name in a definition
 * comes out qualified.
 *
 * @param both the deployed and the isolated schema: their names are left out of the ids of overloads
 * @throws TargetError when there is no such schema
 */
export async function readCatalog(
  sql: postgres.TransactionSql,
  schema: string,
  both: readonly string[],
): Promise<Catalog> {
  const reader = await openReader(sql, schema, both);
  const { members } = reader;
  // One after the other: on one connection, queries sent together wait for each other's delayed acknowledgements.
  const lists: CatalogObject[][] = [];
  for (const read of readers) lists.push(await read(reader));
  const privileges = await readPrivileges(reader);
  const comments = await readComments(reader);
  const dependencies = await readDependencies(reader);
  const { names, staying } = await readNames(reader);
  const ambiguous = await readAmbiguous(reader);
  const objects = lists
    .flat()
    .filter(({ addresses }) => !addresses.some((address) => members.has(address)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { schema, objects, privileges, comments, dependencies, names, staying, ambiguous };
}

/**
 * What the readers of single kinds need. Sets the transaction's search path to nothing.
 *
 * @throws TargetError when there is no such schema
 */
export async function openReader(
  sql: postgres.TransactionSql,
  schema: string,
  both: readonly string[],
): Promise<Reader> {
  await sql`set local search_path = ''`;
  const [found] = await sql<{ oid: number; version: number }[]>`
    select oid, current_setting('server_version_num')::int as version from pg_namespace where nspname = ${schema}`;
  if (found === undefined) throw new TargetError(`there is no schema ${schema}`);
  const rows = await sql<{ address: string }[]>`
    select format('%s/%s', classid::regclass, objid) as address from pg_depend where deptype = 'e'`;
  const prefixes = [...new Set(both.flatMap((name) => [`${name}.`, `${identifier(name)}.`]))];
  return {
    sql,
    schema,
    namespace: found.oid,
    version: found.version,
    members: new Set(rows.map(({ address }) => address)),
    unqualified: (name) => {
      const prefix = prefixes.find((each) => name.startsWith(each));
      return prefix === undefined ? name : name.slice(prefix.length);
    },
  };
}

/** What a reference can name, sorted into the schema's own and what came with extensions. */
async function readNames({ sql, namespace, members }: Reader): Promise<Pick<Catalog, 'names' | 'staying'>> {
  const rows = await sql<{ address: string; name: string }[]>`
    select 'pg_class/' || oid as address, relname::text as name from pg_class where relnamespace = ${namespace}
    union all
    select 'pg_proc/' || oid, proname::text from pg_proc where pronamespace = ${namespace}
    union all
    select 'pg_type/' || oid, typname::text from pg_type
     where typnamespace = ${namespace} and (typtype in ('e', 'd', 'r', 'm') or typarray <> 0)
    union all
    select 'pg_operator/' || oid, oprname::text from pg_operator where oprnamespace = ${namespace}
    union all
    select 'pg_opclass/' || oid, opcname::text from pg_opclass where opcnamespace = ${namespace}
    union all
    select 'pg_collation/' || oid, collname::text from pg_collation where collnamespace = ${namespace}
    union all
    select 'pg_statistic_ext/' || oid, stxname::text from pg_statistic_ext where stxnamespace = ${namespace}
    union all
    select 'pg_ts_config/' || oid, cfgname::text from pg_ts_config where cfgnamespace = ${namespace}
    union all
    select 'pg_ts_dict/' || oid, dictname::text from pg_ts_dict where dictnamespace = ${namespace}`;
  const [names, staying] = [new Set<string>(), new Set<string>()];
  for (const { address, name } of rows) (members.has(address) ? staying : names).add(name);
  return { names, staying };
}

async function readAmbiguous({ sql, namespace, members }: Reader): Promise<Set<string>> {
  const rows = await sql<{ address: string; type: string; name: string }[]>`
    select 'pg_proc/' || p.oid as address, 'pg_type/' || coalesce(nullif(t.typelem, 0), t.oid) as type,
           p.proname::text as name
      from pg_proc p, unnest(p.proargtypes::oid[]) a(type) join pg_type t on t.oid = a.type
     where p.pronamespace = ${namespace} and t.typnamespace = ${namespace}`;
  const own = rows.filter(({ address, type }) => !members.has(address) && !members.has(type));
  return new Set(own.map(({ name }) => name));
}
