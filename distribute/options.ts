import { UsageError } from '../contracts/errors.ts';

/** What the manifests are to say, checked. */
export interface DistributeOptions {
  /** Image of the runners, with its version. */
  image: string;
  /** null: whatever `kubectl` is set to. */
  namespace: string | null;
  /** Name of the Secret that holds the key. */
  secret: string;
  /** For each runner, requested and granted: a pod that is throttled measures itself. */
  cpu: string;
  memory: string;
  /** Each runner on a node of its own. */
  separate: boolean;
}

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const QUANTITY = /^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/;

/** @throws UsageError that names the option, its problem and what is allowed */
export function checkDistributeOptions(options: DistributeOptions): DistributeOptions {
  const { image, namespace, secret, cpu, memory } = options;
  const version = /(?::([\w.-]+)|@sha256:[0-9a-f]{64})$/.exec(image.split('/').at(-1) ?? '');
  if (!version || version[1] === 'latest') {
    throw new UsageError(`--image ${image}: names no version, so nobody knows what would run`, [
      'for instance --image grafana/k6:2.2.0, or name@sha256:…',
    ]);
  }
  for (const [option, value] of [
    ['--namespace', namespace],
    ['--secret', secret],
  ] as const) {
    if (value === null || NAME.test(value)) continue;
    throw new UsageError(`${option} ${value}: is no name that Kubernetes takes`, [
      'lower-case letters, digits and dashes, 63 characters at most',
    ]);
  }
  for (const [option, value] of [
    ['--cpu', cpu],
    ['--memory', memory],
  ] as const) {
    if (QUANTITY.test(value)) continue;
    throw new UsageError(`${option} ${value}: is no quantity of Kubernetes`, [
      'for instance 500m, 1 or 512Mi',
    ]);
  }
  return options;
}
