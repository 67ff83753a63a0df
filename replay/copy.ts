import type postgres from 'postgres';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import type { Lookups } from '../seed/lookups.ts';
import type { Session } from './make-call.ts';

/** A copy of the application that nobody else uses, on which violations are tried. */
export interface Copy {
  /** For people, without secrets. */
  description: string;
  /** The schema that gets the calls. */
  schema: string;
  /** The defect that was put in; null: none. */
  broken: string | null;
  /** Fingerprint of its functions. */
  fingerprint: string;
  /** The tables of that schema. */
  tables: SchemaDescription;
  /** The deployed schema, which scripts are written for; its tables are the same. */
  source: string;
  lookups: Lookups;
  confirmParameters: readonly string[];
  /** For set-up and clean-up. */
  sql: postgres.Sql;
  /** Connections for sessions, as many as a script may have. */
  sessions: readonly Session[];
}
