import type postgres from 'postgres';
import { execute } from '../sql/execute.ts';
import { formatMarker, type Marker, type MarkerReading, markerIn, parseMarker } from './marker.ts';

type Sql = postgres.Sql | postgres.TransactionSql;

/** Reads the marker of a schema from its comment. */
export async function readMarker(sql: Sql, schema: string, project: string): Promise<MarkerReading> {
  const [row] = await sql<{ comment: string | null }[]>`
    select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = ${schema}`;
  return row === undefined ? { state: 'absent' } : parseMarker(row.comment, schema, project);
}

/**
 * The markers of owners whose schema is gone: removals that were broken off. Owners carry a copy of the marker.
 */
export async function listLeftOwners(sql: Sql): Promise<Marker[]> {
  const rows = await sql<{ role: string; comment: string }[]>`
    select rolname as role, shobj_description(oid, 'pg_authid') as comment from pg_roles
     where shobj_description(oid, 'pg_authid') like '%table-stress%' order by 1`;
  const left: Marker[] = [];
  for (const { role, comment } of rows) {
    const marker = markerIn(comment);
    if (marker?.role !== role) continue;
    const [schema] = await sql`select from pg_namespace where nspname = ${marker.schema}`;
    if (schema === undefined) left.push(marker);
  }
  return left;
}

/**
 * Writes the marker on the schema and on its owner, whichever of the two exist. Call it in the transaction that makes
 * them, or that makes the change of which the marker tells.
 */
export async function writeMarker(sql: Sql, marker: Marker): Promise<void> {
  const comment = formatMarker(marker);
  const [there] = await sql<{ schema: boolean; role: boolean }[]>`
    select exists (select from pg_namespace where nspname = ${marker.schema}) as schema,
           exists (select from pg_roles where rolname = ${marker.role}) as role`;
  if (there?.schema) await execute(sql, 'comment on schema %I is %L', [marker.schema, comment]);
  if (there?.role) await execute(sql, 'comment on role %I is %L', [marker.role, comment]);
}

/** The markers of all schemas in this database that are ours, whatever their project. */
export async function listMarkers(sql: Sql): Promise<Marker[]> {
  const rows = await sql<{ schema: string; comment: string }[]>`
    select nspname as schema, obj_description(oid, 'pg_namespace') as comment from pg_namespace
     where obj_description(oid, 'pg_namespace') like '%table-stress%' order by 1`;
  return rows.flatMap(({ schema, comment }) => {
    const marker = markerIn(comment);
    return marker?.schema === schema ? [marker] : [];
  });
}
