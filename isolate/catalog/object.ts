import type postgres from 'postgres';

export type ObjectKind =
  | 'collation'
  | 'operator'
  | 'cast'
  | 'text search'
  | 'type'
  | 'sequence'
  | 'table'
  | 'partition'
  | 'inheritance'
  | 'default'
  | 'constraint'
  | 'index'
  | 'index partition'
  | 'view'
  | 'materialized view'
  | 'function'
  | 'procedure'
  | 'aggregate'
  | 'trigger'
  | 'rule'
  | 'policy'
  | 'statistics'
  | 'unsupported';

/**
 * A piece of a statement. A string is SQL with fully qualified names, which the rewriter goes through; `verbatim` is
 * what names nothing, for instance the labels of an enum, one of which may read `public`.
 */
export type Fragment =
  | string
  | { readonly verbatim: string }
  | { readonly body: string; readonly language: 'sql' | 'plpgsql' }
  | { readonly searchPath: string };

/** One object of a schema, as far as it must be the same in a clone. */
export interface CatalogObject {
  readonly kind: ObjectKind;
  /** How people name it: kind and name without the schema, for instance `trigger touch on bookings`. Unique. */
  readonly id: string;
  /** Rows of the catalogs that it stands for, `pg_class/16401`; the first is its own. */
  readonly addresses: readonly string[];
  /** Further rows that must exist before it, beyond what pg_depend says. */
  readonly after: readonly string[];
  /** The statements that create it, separated by semicolons; empty when another object's statement does. */
  readonly create: readonly Fragment[];
  /** Statements for when every object exists. */
  readonly settle: readonly Fragment[];
  /** How `ALTER … OWNER TO` and `COMMENT ON` call it; empty when neither can. */
  readonly reference: string;
  /** Null when the object has no owner of its own, or follows another's. */
  readonly owner: string | null;
  /** Why it cannot be cloned. */
  readonly unsupported?: { readonly kind: 'leftover' | 'note'; readonly reason: string };
  readonly routine?: RoutineFacts;
}

/** What decides with whose rights a function's body runs. */
export interface RoutineFacts {
  readonly language: string;
  readonly securityDefiner: boolean;
  readonly procedure: boolean;
  readonly body: string;
  readonly settings: readonly string[];
  readonly leakproof: boolean;
  /** The statement that creates it, with the rights of its owner or of its caller. */
  readonly statement: (securityDefiner: boolean) => Fragment[];
}

/** What the readers of the single kinds need. */
export interface Reader {
  readonly sql: postgres.TransactionSql;
  readonly schema: string;
  readonly namespace: number;
  /** PostgreSQL's version number, for instance 170004. */
  readonly version: number;
  /** Addresses of the objects that belong to an extension, in any schema. */
  readonly members: ReadonlySet<string>;
  /** Takes the name of the deployed and of the isolated schema off a name of a type. */
  readonly unqualified: (name: string) => string;
}

/** An object with what most kinds have in common left out. */
export function describe(
  given: Pick<CatalogObject, 'kind' | 'id' | 'addresses' | 'create'> & Partial<CatalogObject>,
): CatalogObject {
  return { after: [], settle: [], reference: '', owner: null, ...given };
}
