import { type CapacityStep, type LimitKind, limitKinds } from '../contracts/capacity-result.ts';
import { formatMs, formatShare } from './words.ts';

/** What kept a step from more, in a sentence with what was seen. */
export function describeLimit(kind: LimitKind, { observed, errors }: CapacityStep): string {
  const seen = evidenceOf(kind, observed, errors);
  return seen === '' ? limitKinds[kind] : `${limitKinds[kind]}: ${seen}`;
}

function evidenceOf(
  kind: LimitKind,
  observed: CapacityStep['observed'],
  errors: CapacityStep['errors'],
): string {
  const { active, waiting, connections, lock, generator_cpu, machine_cpu, start_lag_ms } = observed;
  const busy =
    active === null
      ? ''
      : `${active.toFixed(1)}${connections === null ? '' : ` of ${connections}`} connections were busy on average`;
  switch (kind) {
    case 'load-generator':
      return [
        start_lag_ms === null ? '' : `5 % of its calls were sent ${formatMs(start_lag_ms)} late or more`,
        generator_cpu === null ? '' : `it used ${formatShare(generator_cpu)} of all cores`,
        machine_cpu === null ? '' : `all together ${formatShare(machine_cpu)}`,
      ]
        .filter((part) => part !== '')
        .join(', ');
    case 'virtual-users':
      return `${observed.virtual_users} of the ${observed.virtual_users_wanted} virtual users that Little's law asks for`;
    case 'locks':
      return `${busy}, ${(waiting ?? 0).toFixed(1)} of them waiting${lock === null ? '' : `, mostly for ${lock}`}`;
    case 'machine-cpu':
      return `${formatShare(machine_cpu ?? 0)} of it was used${generator_cpu === null ? '' : `, ${formatShare(generator_cpu)} by the load generator`}; on a machine of its own the target may carry more`;
    case 'connection-pool':
      return [busy, errors.PGRST003 ? `${errors.PGRST003} calls got none in time (PGRST003)` : '']
        .filter((part) => part !== '')
        .join(', ');
    case 'unclear':
      return busy;
  }
}
