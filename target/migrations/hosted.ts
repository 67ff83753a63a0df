/** Extensions that a hosted project lets its role `postgres` install, although PostgreSQL asks for a superuser. */
export const installableOnHosted: ReadonlySet<string> = new Set(
  `address_standardizer address_standardizer_data_us autoinc bloom btree_gin btree_gist citext cube dblink dict_int
  dict_xsyn earthdistance fuzzystrmatch hstore http hypopg index_advisor insert_username intarray isn ltree moddatetime
  pg_buffercache pg_cron pg_graphql pg_hashids pg_jsonschema pg_net pg_prewarm pg_repack pg_stat_monitor
  pg_stat_statements pg_tle pg_trgm pg_walinspect pgaudit pgcrypto pgjwt pgmq pgroonga pgroonga_database pgrouting
  pgrowlocks pgsodium pgstattuple pgtap plpgsql_check postgis postgis_raster postgis_sfcgal postgis_tiger_geocoder
  postgis_topology postgres_fdw refint rum seg sslinfo supabase_vault tablefunc tcn tsm_system_rows tsm_system_time
  unaccent uuid-ossp vector wrappers`.split(/\s+/),
);

/** Schemas that well-known extensions make for themselves. */
export const extensionOfSchema: ReadonlyMap<string, string> = new Map([
  ['cron', 'pg_cron'],
  ['net', 'pg_net'],
  ['pgmq', 'pgmq'],
  ['pgmq_public', 'pgmq'],
  ['vault', 'supabase_vault'],
  ['pgsodium', 'pgsodium'],
  ['pgsodium_masks', 'pgsodium'],
  ['graphql', 'pg_graphql'],
  ['graphql_public', 'pg_graphql'],
  ['pgtle', 'pg_tle'],
  ['partman', 'pg_partman'],
  ['repack', 'pg_repack'],
  ['topology', 'postgis_topology'],
  ['tiger', 'postgis_tiger_geocoder'],
  ['tiger_data', 'postgis_tiger_geocoder'],
  ['timescaledb_information', 'timescaledb'],
  ['pgroonga', 'pgroonga'],
  ['hypopg', 'hypopg'],
  ['supabase_functions', 'the database webhooks'],
]);

/** Types that tables of real applications take from extensions which may not be available here. */
export const extensionOfType: ReadonlyMap<string, string> = new Map([
  ['vector', 'vector'],
  ['halfvec', 'vector'],
  ['sparsevec', 'vector'],
  ['geometry', 'postgis'],
  ['geography', 'postgis'],
  ['box2d', 'postgis'],
  ['box3d', 'postgis'],
  ['raster', 'postgis_raster'],
]);

/** Schemas whose tables belong to the platform, but on which it lets `postgres` put policies and drop triggers. */
export const platformSchemas: ReadonlySet<string> = new Set(['auth', 'storage', 'realtime']);

/** Roles that own the platform's parts; `postgres` may not act for them. */
export const platformRoles: ReadonlySet<string> = new Set([
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_storage_admin',
  'supabase_realtime_admin',
  'supabase_replication_admin',
  'supabase_functions_admin',
  'supabase_read_only_user',
  'supabase_etl_admin',
  'dashboard_user',
  'pgbouncer',
]);
