import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import { namesOnPath } from '../../sql/quoting.ts';
import type { CatalogObject } from '../catalog/object.ts';
import type { Catalog } from '../catalog/read.ts';
import { type Mention, writesIn } from './mentions.ts';
import { type Outside, usesOf } from './outside.ts';

/**
 * Where the clone would leave itself: functions, triggers, policies, views that use what is harmful in other schemas.
 * What row-level security only reads is noted: the load is not bound by policies.
 */
export function usesOutside(
  { objects, dependencies }: Pick<Catalog, 'objects' | 'dependencies'>,
  harmful: ReadonlyMap<string, Outside>,
  schemas: ReadonlySet<string>,
  silenced: ReadonlySet<string>,
): IsolationFinding[] {
  if (harmful.size === 0) return [];
  const findings = new Map<string, IsolationFinding>();
  const report = (object: CatalogObject, used: Outside, line: number | null): void => {
    const key = `${object.id} ${used.name}`;
    if (silenced.has(used.name) || findings.has(key)) return;
    const kind = object.kind === 'policy' && !used.writes ? 'note' : 'leftover';
    findings.set(key, {
      object: object.id,
      kind,
      line,
      text: used.name,
      reason: `what it uses ${used.harm}`,
    });
  };
  const owners = new Map(objects.flatMap((object) => object.addresses.map((each) => [each, object])));
  for (const { object: address, on } of dependencies) {
    const [object, used] = [owners.get(address), harmful.get(on)];
    if (object !== undefined && used !== undefined && object.unsupported === undefined)
      report(object, used, null);
  }
  for (const object of objects) {
    if (object.routine === undefined) continue;
    const uses = usesOf(object.routine, pathOf(object), schemas);
    for (const used of harmful.values())
      if (uses.has(used.name)) report(object, used, lineOf(object.routine.body, used.name));
  }
  return [...findings.values()];
}

/** Tables of other schemas that the clone's functions would write to, with rights that suffice. */
export async function writesOutside(
  sql: postgres.TransactionSql,
  role: string,
  objects: readonly CatalogObject[],
  schemas: ReadonlySet<string>,
): Promise<IsolationFinding[]> {
  const writes = objects.flatMap((object) =>
    object.routine === undefined
      ? []
      : writesIn(object.routine.body, schemas).map((mention) => ({ object, mention })),
  );
  if (writes.length === 0) return [];
  const named: Mention[] = writes.map(({ mention }) => mention);
  const rows = await sql<{ name: string; caller: boolean; owner: boolean }[]>`
    select n.nspname || '.' || c.relname as name,
           exists (select from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role')
                      and has_schema_privilege(r.oid, n.oid, 'usage')
                      and has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate')) as caller,
           has_schema_privilege(${role}, n.oid, 'usage')
             and has_table_privilege(${role}, c.oid, 'insert, update, delete, truncate') as owner
      from unnest(${named.map(({ schema }) => schema)}::text[], ${named.map(({ name }) => name)}::text[]) m(schema, name)
      join pg_namespace n on n.nspname = m.schema
      join pg_class c on c.relnamespace = n.oid and c.relname = m.name and c.relkind in ('r', 'p', 'v', 'f')`;
  const tables = new Map(rows.map((row) => [row.name, row]));
  const findings = new Map<string, IsolationFinding>();
  for (const { object, mention } of writes) {
    const name = `${mention.schema}.${mention.name}`;
    const table = tables.get(name);
    const may = object.routine?.securityDefiner ? table?.owner : table?.caller;
    if (!may) continue;
    findings.set(`${object.id} ${name}`, {
      object: object.id,
      kind: 'leftover',
      line: lineOf(object.routine?.body ?? '', name),
      text: name,
      reason: 'this table is not cloned: the load would write to the real one',
    });
  }
  return [...findings.values()];
}

function pathOf({ routine }: CatalogObject): string[] {
  const setting = routine?.settings.find((each) => each.startsWith('search_path='));
  return setting === undefined ? [] : namesOnPath(setting.slice('search_path='.length));
}

/** The line of a body in which a name stands, quoted or not. */
function lineOf(body: string, name: string): number {
  const last = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const at = body.toLowerCase().indexOf(last);
  return body.slice(0, Math.max(0, at)).split('\n').length;
}
