import type { ScenarioName } from '../contracts/thresholds.ts';
import type { DistributeOptions } from './options.ts';
import type { TestRun } from './test-run.ts';

/**
 * Bytes that a ConfigMap may hold in all (`MaxSecretSize` of Kubernetes' `pkg/apis/core/types.go`, which its ConfigMaps
 * share).
 */
export const CONFIG_MAP_BYTES = 1_048_576;

/** Name of the file in the ConfigMap or volume: the operator knows an archive by its ending. */
export const ARCHIVE = 'archive.tar';

/**
 * What each k6 is told, besides its segment, which the operator adds. Set-up runs in every pod: it ties the pod's clock to
 * the wall clock. Thresholds are judged over all of them.
 */
export const RUNNER_ARGUMENTS = ['--log-format=raw', '--no-thresholds', '--no-teardown'] as const;

/** One scenario as the cluster gets it. */
export interface DistributedScenario {
  scenario: ScenarioName;
  /** The run's tag. */
  run: string;
  runners: number;
  archive: Uint8Array;
  /** Variables of its environment, without the key. */
  environment: Readonly<Record<string, string>>;
}

/** Name of everything that belongs to a scenario of a run. */
export function nameOf({ run, scenario }: Pick<DistributedScenario, 'run' | 'scenario'>): string {
  return `table-stress-${run}-${scenario}`;
}

/** Name of the ConfigMap that holds the agreed start, which is made just before the load. */
export function startNameOf(of: Pick<DistributedScenario, 'run' | 'scenario'>): string {
  return `${nameOf(of)}-start`;
}

export function fitsConfigMap({ archive }: Pick<DistributedScenario, 'archive'>): boolean {
  return archive.byteLength + ARCHIVE.length <= CONFIG_MAP_BYTES;
}

/** The documents of one scenario: its archive, or a volume for it, and the test run. */
export function manifestsOf(distributed: DistributedScenario, options: DistributeOptions): object[] {
  return [
    ...(fitsConfigMap(distributed) ? [configMap(distributed, options)] : volume(distributed, options)),
    testRun(distributed, options),
  ];
}

function metadataOf(distributed: DistributedScenario, { namespace }: DistributeOptions) {
  return {
    name: nameOf(distributed),
    ...(namespace === null ? {} : { namespace }),
    labels: { 'app.kubernetes.io/name': 'table-stress', 'table-stress/run': distributed.run },
  };
}

function configMap(distributed: DistributedScenario, options: DistributeOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(distributed, options),
    binaryData: { [ARCHIVE]: Buffer.from(distributed.archive).toString('base64') },
  };
}

/** A claim for the archive, and a pod through which it is copied there. */
function volume(distributed: DistributedScenario, options: DistributeOptions): object[] {
  const metadata = metadataOf(distributed, options);
  const { name } = metadata;
  const mebibytes = Math.ceil(distributed.archive.byteLength / 1_048_576) + 16;
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      // The pods of all runners read it.
      spec: {
        accessModes: ['ReadWriteMany'],
        resources: { requests: { storage: `${mebibytes}Mi` } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `${name}-loader` },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'loader',
            image: options.image,
            command: ['sleep', '3600'],
            volumeMounts: [{ name: 'test', mountPath: '/test' }],
          },
        ],
        volumes: [{ name: 'test', persistentVolumeClaim: { claimName: name } }],
      },
    },
  ];
}

function testRun(distributed: DistributedScenario, options: DistributeOptions): TestRun {
  const { environment, runners } = distributed;
  const name = nameOf(distributed);
  const amounts = { cpu: options.cpu, memory: options.memory };
  const pod = { image: options.image, resources: { requests: amounts, limits: amounts } };
  const script = fitsConfigMap(distributed)
    ? { configMap: { name, file: ARCHIVE } }
    : { volumeClaim: { name, file: ARCHIVE, readOnly: true } };
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: metadataOf(distributed, options),
    spec: {
      script,
      parallelism: runners,
      separate: options.separate,
      arguments: RUNNER_ARGUMENTS.join(' '),
      // No `cleanup`: it deletes the pods at once, and their logs are the result.
      initializer: { image: options.image },
      runner: {
        ...pod,
        env: [
          ...Object.entries({ ...environment, ...fixedEnvironment }).map(([variable, value]) => ({
            name: variable,
            value,
          })),
          {
            name: 'TABLE_STRESS_START',
            valueFrom: {
              configMapKeyRef: { name: startNameOf(distributed), key: 'TABLE_STRESS_START' },
            },
          },
          {
            name: 'SUPABASE_SECRET_KEY',
            valueFrom: { secretKeyRef: { name: options.secret, key: 'SUPABASE_SECRET_KEY' } },
          },
        ],
      },
    },
  };
}

/** The same for every scenario: the summary goes among the records, and k6 asks nobody for anything. */
const fixedEnvironment: Readonly<Record<string, string>> = {
  TABLE_STRESS_SUMMARY: '-',
  K6_AUTO_EXTENSION_RESOLUTION: 'false',
  K6_NO_USAGE_REPORT: 'true',
};
