const own = `not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;
const functions = (condition: string) => `pg_proc p where pronamespace = s and ${own} and ${condition}`;
const relations = (condition: string) => `pg_class c where relnamespace = s and ${condition}`;
const types = (condition: string) => `pg_type t where typnamespace = s and ${condition}`;
const constraints = (condition: string) => `pg_constraint k where connamespace = s and ${condition}`;
const indexes = (condition: string) =>
  `pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = s and ${condition}`;
const triggers = (condition: string) =>
  `pg_trigger g join pg_class c on c.oid = g.tgrelid where c.relnamespace = s and not tgisinternal and ${condition}`;
const policies = (condition: string) =>
  `pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = s and ${condition}`;
const set = (value: string) => functions(`proconfig = array['search_path=${value}']`);

/**
 * What the gnarly application has. Each query counts objects of one kind; `s` is the oid of its schema, the number is the
 * least that there may be.
 */
export const kinds: Record<string, [query: string, least: number]> = {
  enums: [types(`typtype = 'e'`), 8],
  'enum labels with the schema in them': [
    `pg_enum e join pg_type t on t.oid = enumtypid where typnamespace = s and enumlabel like '%public%'`,
    2,
  ],
  'enum labels with quotes': [`pg_enum where enumlabel like '%''%"%'`, 1],
  domains: [types(`typtype = 'd'`), 5],
  'domains over domains': [
    types(`typtype = 'd' and typbasetype in (select oid from pg_type where typtype = 'd')`),
    1,
  ],
  'composite types': [relations(`relkind = 'c'`), 3],
  'columns of a composite type': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and relkind = 'r'
      and (select typtype from pg_type where oid = atttypid) = 'c'`,
    1,
  ],
  'functions with a composite argument': [
    functions(`exists (select from pg_type t where t.oid = any (proargtypes) and typtype = 'c')`),
    8,
  ],
  'range types': [types(`typtype = 'r'`), 1],
  'sequences of their own': [
    relations(
      `relkind = 'S' and not exists (select from pg_depend where objid = c.oid and deptype in ('a', 'i'))`,
    ),
    1,
  ],
  'sequences of serial columns': [
    relations(`relkind = 'S' and exists (select from pg_depend where objid = c.oid and deptype = 'a')`),
    4,
  ],
  'identity always': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and attidentity = 'a'`,
    3,
  ],
  'identity by default': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and attidentity = 'd'`,
    3,
  ],
  'sequences with options': [`pg_sequence where seqincrement <> 1 and seqcycle and seqcache > 1`, 1],
  'generated columns': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and relkind = 'r' and attgenerated = 's'`,
    5,
  ],
  'dropped columns': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and attisdropped`,
    1,
  ],
  'checks that are not inherited': [constraints(`contype = 'c' and connoinherit`), 1],
  'checks that are not valid': [constraints(`contype = 'c' and not convalidated`), 1],
  'composite foreign keys': [constraints(`contype = 'f' and cardinality(conkey) > 1`), 3],
  'deferrable foreign keys': [constraints(`contype = 'f' and condeferrable`), 2],
  'deferred foreign keys': [constraints(`contype = 'f' and condeferred`), 1],
  'deferrable exclusion constraints': [constraints(`contype = 'x' and condeferrable`), 2],
  'foreign keys to users': [constraints(`contype = 'f' and confrelid = 'auth.users'::regclass`), 2],
  'foreign keys that may be null, to users': [
    constraints(`contype = 'f' and confrelid = 'auth.users'::regclass
      and exists (select from pg_attribute where attrelid = conrelid and attnum = conkey[1] and not attnotnull)`),
    1,
  ],
  'unique nulls not distinct': [indexes('indnullsnotdistinct'), 1],
  'partial indexes': [indexes('indpred is not null'), 4],
  'indexes on expressions': [indexes('indexprs is not null'), 4],
  'covering indexes': [indexes('indnatts > indnkeyatts'), 3],
  'operator classes by name': [`pg_opclass o where opcnamespace = s and opcname = 'gist_uuid_ops'`, 1],
  views: [relations(`relkind = 'v'`), 7],
  'views that check': [relations(`relkind = 'v' and reloptions::text ~ 'check_option'`), 2],
  'views with the rights of their user': [
    relations(`relkind = 'v' and reloptions::text ~ 'security_invoker'`),
    2,
  ],
  'materialized views': [relations(`relkind = 'm'`), 1],
  'unique indexes of materialized views': [
    indexes(`indisunique and (select relkind from pg_class where oid = indrelid) = 'm'`),
    1,
  ],
  'rules on views': [
    `pg_rewrite r join pg_class c on c.oid = ev_class where relnamespace = s and ev_type = '4'`,
    1,
  ],
  functions: [functions(`prokind = 'f'`), 50],
  procedures: [functions(`prokind = 'p'`), 6],
  aggregates: [functions(`prokind = 'a'`), 1],
  'overloads of the RPC': [functions(`proname = 'assign_tables_atomic_v2'`), 2],
  'bodies that are parsed': [functions('prosqlbody is not null'), 10],
  'bodies with dollar quotes inside': [functions(String.raw`prosrc ~ '\$[a-z]*\$'`), 2],
  'bodies with CR LF': [functions(String.raw`prosrc like E'%\r\n%'`), 2],
  'bodies with a character beyond 16 bits before a reference': [functions(`prosrc ~ '🍷.* public\\.'`), 1],
  'empty search paths': [set('""'), 25],
  'search paths of the schema': [set('public'), 8],
  'search paths with more': [set('public, extensions'), 5],
  'search paths with the user': [set('"$user", public, extensions'), 1],
  'no search path': [functions(`prokind = 'f' and proconfig is null and prosqlbody is null`), 6],
  'variadic functions': [functions('provariadic <> 0'), 1],
  'dynamic SQL': [functions(`prosrc ~* 'execute '`), 5],
  'functions of an extension': [functions(`prosrc ~ 'extensions\\.(digest|uuid)'`), 2],
  'row triggers before': [triggers('tgtype & 67 = 3'), 6],
  'row triggers after': [triggers('tgtype & 67 = 1'), 6],
  'triggers instead of': [triggers('tgtype & 64 = 64'), 1],
  'deferred constraint triggers': [triggers('tginitdeferred'), 1],
  'triggers with a condition': [triggers('tgqual is not null'), 2],
  'triggers of some columns': [triggers('cardinality(tgattr::int2[]) > 0'), 5],
  'triggers with transition tables': [triggers('tgnewtable is not null or tgoldtable is not null'), 7],
  'disabled triggers': [triggers(`tgenabled = 'D'`), 1],
  'triggers that always fire': [triggers(`tgenabled = 'A'`), 1],
  'row-level security': [relations('relrowsecurity'), 15],
  'forced row-level security': [relations('relforcerowsecurity'), 1],
  policies: [policies('true'), 16],
  'policies for everyone': [policies(`polroles = '{0}'`), 3],
  'restrictive policies': [policies('not polpermissive'), 1],
  'policies with functions of the schema': [
    policies(`pg_get_expr(polqual, polrelid) ~ 'my_restaurants'`),
    10,
  ],
  'grants on columns': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and attacl is not null`,
    4,
  ],
  'revoked execution': [functions(`proacl::text !~ '(^|[{,])(anon)?=X'`), 50],
  comments: [`pg_description where description ~ 'public\\.'`, 9],
  'partitioned tables': [relations(`relkind = 'p'`), 2],
  'default partitions': [
    relations(`relispartition and pg_get_expr(relpartbound, c.oid) = 'DEFAULT' and relkind = 'r'`),
    2,
  ],
  'inherited tables': [
    `pg_inherits h join pg_class c on c.oid = inhrelid where relnamespace = s and not relispartition and relkind = 'r'`,
    2,
  ],
  'names that need quotes': [
    relations(`relname <> quote_ident(relname) and quote_ident(relname) like '"%'`),
    4,
  ],
  'names beyond ASCII': [relations(`relkind = 'r' and relname ~ '[^\\x01-\\x7f]'`), 1],
  'functions with odd names': [functions(`proname <> lower(proname) or proname ~ '[^\\x01-\\x7f]'`), 2],
  'relations and functions of the schema’s name': [
    `(select relname from pg_class where relnamespace = s union all select proname from pg_proc where pronamespace = s)
      as named (name) where name in ('public', 'public_holidays')`,
    4,
  ],
  'columns of the schema’s name': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and attname = 'public'`,
    1,
  ],
  'extensions in the schema': [`pg_extension where extnamespace = s`, 2],
  'types of such extensions in use': [
    `pg_attribute a join pg_class c on c.oid = attrelid where relnamespace = s and atttypid = 'public.citext'::regtype`,
    2,
  ],
  collations: [`pg_collation where collnamespace = s`, 1],
  operators: [`pg_operator o where oprnamespace = s and oprname = '~|~'`, 1],
  statistics: [`pg_statistic_ext where stxnamespace = s`, 2],
  'search configurations': [`pg_ts_config where cfgnamespace = s`, 1],
  'tables in a publication': [`pg_publication_tables where schemaname = 'public'`, 2],
};
