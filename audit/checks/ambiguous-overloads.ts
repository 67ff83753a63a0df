import { literal } from '../../sql/quoting.ts';
import type { Check } from '../check.ts';
import { coreFunctions } from '../core-functions.ts';
import { routinesNamed } from '../deployment/deployment.ts';

/**
 * Looks at the overloads of the functions that clients call. PostgREST chooses by the names of the arguments alone.
 *
 * Proves that there is a call which fits two of them: it gets HTTP 300, PGRST203. The narrowest such call is shown; every
 * call with more arguments that both overloads know is ambiguous too.
 *
 * Does not prove that anybody makes that call: a client that always names an argument which only one overload has is safe.
 */
export const ambiguousOverloads: Check = {
  id: 'ambiguous-overloads',
  kind: 'schema',
  severity: 'warning',
  sentence: 'no call fits two overloads of a function that clients call',
  needs: {},
  reasons: {
    ambiguous: {
      says: 'a call with these arguments fits both: PostgREST answers 300, PGRST203',
      next: 'drop the older overload once nobody calls it, or name an argument in each call that only one of them has',
    },
  },
  ask({ deployment }) {
    const named = coreFunctions.flatMap((name) => routinesNamed(deployment, name));
    if (named.length === 0) {
      return {
        impossible: `schema ${deployment.schema} has none of ${coreFunctions.join(', ')}`,
        next: ['name the schema that they are in with --schema'],
      };
    }
    const query = `
with overload as (
  select p.oid, p.proname, a.names as takes, a.names[1 : cardinality(a.names) - p.pronargdefaults] as requires,
         format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_arguments(p.oid)) as signature
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   cross join lateral (
     select array(select p.proargnames[i] from generate_subscripts(p.proargnames, 1) i
                   where p.proargmodes is null or p.proargmodes[i] in ('i', 'b', 'v') order by i) as names) a
   where n.nspname = ${literal(deployment.schema)} and p.proname in (${coreFunctions.map(literal).join(', ')})
)
select 'ambiguous' as reason, x.proname as function_name,
       array_to_string(array(select distinct name from unnest(x.requires || y.requires) name order by 1), ', ') as call_with,
       x.signature as overload, y.signature as other_overload
  from overload x join overload y on y.proname = x.proname and y.oid > x.oid
 where x.requires <@ y.takes and y.requires <@ x.takes
 order by 2, 4, 5`;
    return { query, lookedAt: { count: named.length, of: 'functions that clients call' } };
  },
};
