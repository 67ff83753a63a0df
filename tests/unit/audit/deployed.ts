import type {
  Deployment,
  Relation,
  Routine,
  Trigger,
  WriteAction,
} from '../../../audit/deployment/deployment.ts';
import { Program } from '../../../audit/functions/program.ts';
import { parse, type Tree } from '../../../sql/parser.ts';
import { loadScanner } from '../../../sql/tokens.ts';
import { asTree, list, strings } from '../../../sql/tree.ts';

await loadScanner();

/** Tables, and by table the columns that refer to others: `{ bookings: { restaurant_id: 'restaurants' } }`. */
type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Fires {
  readonly on: string;
  readonly runs: string;
  readonly when?: Trigger['timing'];
  readonly events?: WriteAction[];
  readonly columns?: string[];
  readonly enabled?: boolean;
  readonly conditional?: boolean;
  readonly transitionTables?: string[];
}

/** The tables of a small restaurant. */
export const floor: Tables = {
  restaurants: {},
  zones: { restaurant_id: 'restaurants' },
  table_inventory: { restaurant_id: 'restaurants', zone_id: 'zones' },
  bookings: { restaurant_id: 'restaurants' },
  allocations: { booking_id: 'bookings', restaurant_id: 'restaurants' },
  booking_table_assignments: {
    booking_id: 'bookings',
    table_id: 'table_inventory',
    allocation_id: 'allocations',
  },
  'Odd Table': { restaurant_id: 'restaurants' },
};

/** What the catalog would show of these tables, triggers and `CREATE FUNCTION` statements, all of them in `public`. */
export function deployed(
  functions: readonly string[],
  triggers: readonly Fires[] = [],
  { tables = floor, deferred = [] as string[] } = {},
): Program {
  const names = Object.keys(tables);
  const oidOf = (name: string): number => 1000 + names.indexOf(name);
  const relations = names.map((name): Relation => {
    const columns = ['id', 'status', 'window', ...Object.keys(tables[name] ?? {})];
    return {
      oid: oidOf(name),
      schema: 'public',
      name,
      kind: 'r',
      hidesRows: false,
      columns: columns.map((column) => ({
        name: column,
        type: 'uuid',
        readable: true,
        hasDefault: column === 'id',
      })),
      keyColumns: ['id'],
    };
  });
  const foreignKeys = names.flatMap((child) =>
    Object.entries(tables[child] ?? {}).map(([column, parent]) => ({
      name: `${child}_${column}_fkey`,
      child: oidOf(child),
      parent: oidOf(parent),
      columns: [column],
      deferred: deferred.includes(`${child}.${column}`),
    })),
  );
  const routines = functions.map(routineFrom);
  const deployment: Deployment = {
    schema: 'public',
    server: {
      version: '17.10',
      role: 'auditor',
      replica: false,
      lagSeconds: null,
      now: '2026-11-26T12:00:00Z',
      schemaExists: true,
      schemaUsage: true,
      searchPath: ['$user', 'public'],
    },
    relations,
    foreignKeys,
    triggers: triggers.map((each, index) => ({
      name: `trigger_${index + 1}`,
      relation: oidOf(each.on),
      routine: routines.find(({ name }) => name === each.runs)?.oid ?? 0,
      timing: each.when ?? 'after',
      events: each.events ?? ['insert'],
      columns: each.columns ?? [],
      enabled: each.enabled ?? true,
      conditional: each.conditional ?? false,
      transitionTables: each.transitionTables ?? [],
    })),
    routines,
  };
  return new Program(deployment);
}

function routineFrom(definition: string, index: number): Routine {
  const parsed = parse(definition);
  if (!('statements' in parsed)) throw new Error(`no function: ${definition}`);
  const tree = parsed.statements[0]?.tree as Tree;
  const option = (name: string): unknown =>
    list(tree.options)
      .map((each) => asTree(asTree(each).DefElem))
      .find(({ defname }) => defname === name)?.arg;
  const parameters = list(tree.parameters).map((each) => asTree(asTree(each).FunctionParameter));
  const name = strings(tree.funcname).at(-1) ?? '';
  return {
    oid: 2000 + index,
    schema: 'public',
    name,
    signature: `public.${name}(${parameters.map(() => 'uuid').join(', ')})`,
    language: String(asTree(asTree(option('language')).String).sval ?? 'sql'),
    argumentCount: parameters.length,
    defaultCount: parameters.filter(({ defexpr }) => defexpr !== undefined).length,
    variadic: false,
    parameters: parameters.map(({ name: parameter }) => String(parameter ?? '')),
    isTrigger: /returns\s+trigger/i.test(definition),
    searchPath: /set search_path = ''/i.test(definition) ? [''] : null,
    body: strings(asTree(asTree(option('as')).List).items)[0] ?? '',
    definition,
  };
}

/** A PL/pgSQL function without parameters, or with those given. */
export function plpgsql(name: string, body: string, parameters = ''): string {
  return `create function public.${name}(${parameters}) returns setof record language plpgsql as $body$\n${body}\n$body$`;
}

export function triggerFunction(name: string, body: string): string {
  return `create function public.${name}() returns trigger language plpgsql as $body$\nbegin\n${body}\nreturn new;\nend\n$body$`;
}
