/**
 * Server settings that resemble a small hosted project: few connections, modest memory, and a log that shows who
 * waited for whom. Written to the data folder when it is made; port and durability are given at each start.
 *
 * Conflicts are expected here in great numbers, so a plain error is logged without its statement
 * (`log_min_error_statement`): hours of load must not fill the disk. Lock waits and deadlocks keep theirs.
 */
export const serverSettings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 60
superuser_reserved_connections = 3
shared_buffers = '224MB'
effective_cache_size = '512MB'
work_mem = '3MB'
maintenance_work_mem = '64MB'
random_page_cost = 1.1
wal_level = 'logical'
max_wal_senders = 5
max_replication_slots = 5
max_wal_size = '1GB'
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = 'all'
search_path = '"$user", public, extensions'
deadlock_timeout = '1s'
idle_in_transaction_session_timeout = 0
log_destination = 'stderr'
logging_collector = off
log_lock_waits = on
log_min_error_statement = 'log'
log_line_prefix = '%m [%p] %q%u@%d %a '
log_timezone = 'UTC'
timezone = 'UTC'
lc_messages = 'C'
track_io_timing = on
track_commit_timestamp = on
`;

/** Only TCP on the loopback address, only with a password. */
export const hostBasedAuthentication = `
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;
