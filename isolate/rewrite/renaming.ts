/** How names of the deployed schema become names of the isolated one. Names are as in the catalog: unquoted, exact. */
export interface Renaming {
  /** The deployed schema, for instance `public`. */
  readonly from: string;
  /** The isolated schema, for instance `table_stress`. */
  readonly to: string;
  /** Objects of the deployed schema that belong to extensions: they are not cloned, so references to them stay. */
  readonly staying: ReadonlySet<string>;
  /** Relations, types and functions of the deployed schema that are cloned. */
  readonly cloned: ReadonlySet<string>;
  /**
   * Functions of other schemas that the isolated owner cannot reach: `auth.uid` to the quoted, qualified name of a
   * wrapper in the isolated schema.
   */
  readonly wrappers: ReadonlyMap<string, string>;
  /**
   * Functions that take types of the deployed schema. With both schemas on the search path, as PostgREST has it, a call
   * with a plain string for an enum, `set_status(x, 'open')`, fits two: it gets the isolated schema's name.
   */
  readonly ambiguous?: ReadonlySet<string>;
  /** Whether calls of the clock become calls of the isolated schema's own clock. */
  readonly virtualClock: boolean;
}

/** One replacement. Offsets are into the text before it was rewritten, in UTF-16 units, end exclusive. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
  /** Line in the original text, from 1. */
  readonly line: number;
  /** Why this is a reference, in a few words: `qualified name`, `dynamic SQL`, `schema name in a string`. */
  readonly reason: string;
}

/** A place that needs a person's eye. */
export interface Finding {
  /** `leftover` may still mean the deployed schema and refuses the run; `note` only behaves differently in the clone. */
  readonly kind: 'leftover' | 'note';
  readonly line: number;
  /** The piece of text, shortened. */
  readonly text: string;
  readonly reason: string;
}

export interface Rewritten {
  readonly text: string;
  readonly edits: readonly Edit[];
  readonly findings: readonly Finding[];
  /** The text builds SQL at run time (`EXECUTE` in plpgsql, `query_to_xml`, `dblink` …), where a name may hide. */
  readonly dynamic: boolean;
}
