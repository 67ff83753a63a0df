import type { CaseCall } from '../../contracts/explore-case.ts';

/** A call in words, with the names of the case: `assign t1 and t2 to a`. */
export function callTitle(call: CaseCall): string {
  if ('assign' in call) {
    const { booking, tables, key, from, to } = call.assign;
    const window = from === undefined || to === undefined ? '' : `, minutes ${from} to ${to}`;
    return `assign ${tables.join(' and ')} to ${booking}${window}${key === undefined ? '' : `, key ${key}`}`;
  }
  if ('unassign' in call) {
    const { booking, tables } = call.unassign;
    return `unassign ${tables?.join(' and ') ?? 'all tables'} from ${booking}`;
  }
  if ('hold' in call) return `claim the tables of hold ${call.hold}`;
  if ('release' in call) return `release hold ${call.release}`;
  if ('confirm' in call) return `confirm hold ${call.confirm.hold} for ${call.confirm.booking}`;
  if ('refresh' in call) return `refresh the status of ${call.refresh}`;
  if ('transition' in call) return `set ${call.transition.booking} to ${call.transition.status}`;
  return call.sql.replace(/\s+/g, ' ').trim();
}
