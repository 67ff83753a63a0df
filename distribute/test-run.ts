import { z } from 'zod';

/**
 * The fields of a `TestRun` as the k6 operator v1.6.0 publishes them (`api/v1alpha1/testrun_types.go`), as far as this
 * project knows them: a manifest with any other field is refused, since the operator would ignore it without a word.
 */

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name that Kubernetes takes');
const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi|Ti|k|M|G|T)?$/, 'is no quantity of Kubernetes');
const keyRef = z.strictObject({ name, key: z.string().min(1), optional: z.boolean().optional() });

/** A variable has a value or says where it is; never both. */
const variable = z.union([
  z.strictObject({ name: z.string().min(1), value: z.string() }),
  z.strictObject({
    name: z.string().min(1),
    valueFrom: z.union([
      z.strictObject({ secretKeyRef: keyRef }),
      z.strictObject({ configMapKeyRef: keyRef }),
      z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.string() }) }),
    ]),
  }),
]);

const resources = z.strictObject({
  requests: z.record(z.enum(['cpu', 'memory']), quantity).optional(),
  limits: z.record(z.enum(['cpu', 'memory']), quantity).optional(),
});

/** Fields of Kubernetes' own that are passed through, and that this project does not write. */
const passedThrough = z.unknown();

const podSchema = z.strictObject({
  affinity: passedThrough.optional(),
  automountServiceAccountToken: z.string().optional(),
  containerSecurityContext: passedThrough.optional(),
  env: z.array(variable).optional(),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name }) })).optional(),
  image: z.string().min(1).optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSecrets: z.array(z.strictObject({ name })).optional(),
  initContainers: z.array(passedThrough).optional(),
  livenessProbe: passedThrough.optional(),
  metadata: passedThrough.optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  priorityClassName: z.string().optional(),
  readinessProbe: passedThrough.optional(),
  resources: resources.optional(),
  securityContext: passedThrough.optional(),
  serviceAccountName: name.optional(),
  tolerations: z.array(passedThrough).optional(),
  topologySpreadConstraints: z.array(passedThrough).optional(),
  volumeMounts: z.array(passedThrough).optional(),
  volumes: z.array(passedThrough).optional(),
});

/** A script comes from one place. */
const scriptSchema = z.union([
  z.strictObject({ configMap: z.strictObject({ name, file: z.string().optional() }) }),
  z.strictObject({
    volumeClaim: z.strictObject({ name, file: z.string().optional(), readOnly: z.boolean().optional() }),
  }),
  z.strictObject({ localFile: z.string() }),
]);

export const testRunSchema = z.strictObject({
  apiVersion: z.literal('k6.io/v1alpha1'),
  kind: z.literal('TestRun'),
  metadata: z.strictObject({
    name,
    namespace: name.optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.strictObject({
    script: scriptSchema,
    parallelism: z.int().positive(),
    separate: z.boolean().optional(),
    arguments: z.string().optional(),
    args: z.array(z.string()).optional(),
    ports: z.array(passedThrough).optional(),
    initializer: podSchema.optional(),
    starter: podSchema.optional(),
    runner: podSchema.optional(),
    quiet: z.enum(['true', 'false']).optional(),
    paused: z.enum(['true', 'false']).optional(),
    cleanup: z.literal('post').optional(),
    // `testRunId` and `token` are reserved for Grafana Cloud.
  }),
});
export type TestRun = z.infer<typeof testRunSchema>;

/** Where a test run may stand, as `status.stage` says. */
export const testRunStages = [
  'initialization',
  'initialized',
  'created',
  'started',
  'stopped',
  'finished',
  'error',
] as const;
