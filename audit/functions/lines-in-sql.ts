import { literal } from '../../sql/quoting.ts';
import type { Site } from './held-locks.ts';

/** A row that a check found by reading bodies: what it says, and the lines that show it. */
export interface FoundInBodies {
  readonly values: Readonly<Record<string, string>>;
  readonly places: readonly { readonly called: string; readonly site: Site }[];
}

/**
 * SQL for what was found by reading bodies. It takes the lines from the catalog, so that whoever runs it sees the code
 * that is deployed at that moment.
 *
 * @param found not empty; all with the same values and places
 */
export function linesInSql(found: readonly FoundInBodies[]): string {
  const [first] = found;
  const names = Object.keys(first?.values ?? {});
  const places = first?.places.map(({ called }) => called) ?? [];
  const rows = found.map(({ values, places: at }) => {
    const cells = [
      ...names.map((name) => literal(values[name] ?? '')),
      ...at.flatMap(({ site }) => [siteInSql(site), String(site.line)]),
    ];
    return `  (${cells.join(', ')})`;
  });
  const columns = [...names, ...places.flatMap((each) => [`${each}_function`, `${each}_line`])];
  const shown = places.flatMap((each) => [
    `f.${each}_function`,
    `f.${each}_line`,
    `btrim((string_to_array(coalesce(pg_get_function_sqlbody(${each}.oid), ${each}.prosrc), E'\\n'))[f.${each}_line]) as ${each}_code`,
  ]);
  const joins = places.map(
    (each) => `  left join pg_proc ${each} on ${each}.oid = to_regprocedure(f.${each}_function)::oid`,
  );
  return `
select ${[...names.map((name) => `f.${name}`), ...shown].join(',\n       ')}
  from (values
${rows.join(',\n')}
) f(${columns.join(', ')})
${joins.join('\n')}`;
}

function siteInSql({ routine }: Site): string {
  return routine === null ? 'null::text' : literal(routine.signature);
}
