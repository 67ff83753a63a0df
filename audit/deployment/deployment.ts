/** What the catalog of the audited database shows, as far as the checks use it. */
export interface Deployment {
  /** The audited schema. */
  readonly schema: string;
  readonly server: Server;
  /** Tables and views of every schema that is not the server's own. */
  readonly relations: readonly Relation[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly Trigger[];
  readonly routines: readonly Routine[];
}

export interface Server {
  /** `17.10` */
  readonly version: string;
  /** The role whose rights count. */
  readonly role: string;
  readonly replica: boolean;
  /** Seconds since the last change that a replica has got; null where it cannot be known. */
  readonly lagSeconds: number | null;
  /** Start of the transaction that read the catalog, ISO 8601. */
  readonly now: string;
  /** Whether the audited schema is there, and the role may use it. */
  readonly schemaExists: boolean;
  readonly schemaUsage: boolean;
  /** Whether it runs with PL/pgSQL's or SQL's search path: what unqualified names mean by default. */
  readonly searchPath: readonly string[];
}

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `r` table, `p` partitioned table, `v` view, `m` materialized view, `f` foreign table. */
  readonly kind: string;
  /** Whether row-level security may hide rows from this role. */
  readonly hidesRows: boolean;
  readonly columns: readonly Column[];
  /** Columns of the keys that foreign keys may refer to: a change of one locks the row like a delete. */
  readonly keyColumns: readonly string[];
}

export interface Column {
  readonly name: string;
  /** `timestamp with time zone`, `tstzrange` … */
  readonly type: string;
  /** Whether this role may read it. */
  readonly readable: boolean;
  /** Whether a row that does not name it gets a value. */
  readonly hasDefault: boolean;
}

export interface ForeignKey {
  readonly name: string;
  readonly child: number;
  readonly parent: number;
  /** Columns of the child. */
  readonly columns: readonly string[];
  /** Checked at the end of the transaction, not of the statement. */
  readonly deferred: boolean;
}

export type WriteAction = 'insert' | 'update' | 'delete' | 'truncate';

export interface Trigger {
  readonly name: string;
  readonly relation: number;
  readonly routine: number;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly WriteAction[];
  /** `UPDATE OF` these; empty: any. */
  readonly columns: readonly string[];
  /** Whether it fires in an ordinary session. */
  readonly enabled: boolean;
  /** Whether a WHEN clause decides if it fires. */
  readonly conditional: boolean;
  /** Names that its function knows the changed rows by. */
  readonly transitionTables: readonly string[];
}

export interface Routine {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `public.lock_tables(uuid[])`, as a cast to regprocedure wants it. */
  readonly signature: string;
  readonly language: string;
  /** How many arguments it takes, and how many of them may be left out. */
  readonly argumentCount: number;
  readonly defaultCount: number;
  readonly variadic: boolean;
  /** Names of its parameters, those that are given a value first; '' for one without a name. */
  readonly parameters: readonly string[];
  readonly isTrigger: boolean;
  /** Schemas of its own `SET search_path`; null when it has none. */
  readonly searchPath: readonly string[] | null;
  /** The text that line numbers count in: `prosrc`, or what PostgreSQL makes of a body of SQL that it parsed. */
  readonly body: string;
  /** The whole `CREATE FUNCTION`; null for languages other than SQL and PL/pgSQL. */
  readonly definition: string | null;
}

/** The table or view of that name in the audited schema. */
export function relationNamed(deployment: Deployment, name: string): Relation | undefined {
  return deployment.relations.find((each) => each.schema === deployment.schema && each.name === name);
}

/** The overloads of that name in the audited schema. */
export function routinesNamed(deployment: Deployment, name: string): Routine[] {
  return deployment.routines.filter((each) => each.schema === deployment.schema && each.name === name);
}
