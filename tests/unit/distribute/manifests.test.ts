import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ARCHIVE, CONFIG_MAP_BYTES, fitsConfigMap, manifestsOf } from '../../../distribute/manifests.ts';
import { checkDistributeOptions } from '../../../distribute/options.ts';
import { testRunSchema } from '../../../distribute/test-run.ts';
import { writeDistributed } from '../../../distribute/write.ts';

const options = {
  image: 'grafana/k6:2.2.0',
  namespace: 'load',
  secret: 'table-stress',
  cpu: '1',
  memory: '512Mi',
  separate: true,
};
const scenario = (bytes: number) => ({
  scenario: 'rush' as const,
  run: 'abcdef01',
  runners: 3,
  archive: new Uint8Array(bytes).fill(7),
  environment: { TABLE_STRESS_REST_URL: 'https://x.supabase.co/rest/v1', TABLE_STRESS_CONFIRM: '' },
});

describe('the manifests of a scenario', () => {
  const [configMap, testRun] = manifestsOf(scenario(1000), options) as [
    { binaryData: Record<string, string> },
    object,
  ];

  it('hold the archive as it is', () => {
    expect(Buffer.from(configMap.binaryData[ARCHIVE] ?? '', 'base64')).toEqual(Buffer.alloc(1000, 7));
  });

  it('are a test run with the fields that the operator publishes, and no others', () => {
    expect(testRunSchema.parse(testRun)).toMatchInlineSnapshot(`
      {
        "apiVersion": "k6.io/v1alpha1",
        "kind": "TestRun",
        "metadata": {
          "labels": {
            "app.kubernetes.io/name": "table-stress",
            "table-stress/run": "abcdef01",
          },
          "name": "table-stress-abcdef01-rush",
          "namespace": "load",
        },
        "spec": {
          "arguments": "--log-format=raw --no-thresholds --no-teardown",
          "initializer": {
            "image": "grafana/k6:2.2.0",
          },
          "parallelism": 3,
          "runner": {
            "env": [
              {
                "name": "TABLE_STRESS_REST_URL",
                "value": "https://x.supabase.co/rest/v1",
              },
              {
                "name": "TABLE_STRESS_CONFIRM",
                "value": "",
              },
              {
                "name": "TABLE_STRESS_SUMMARY",
                "value": "-",
              },
              {
                "name": "K6_AUTO_EXTENSION_RESOLUTION",
                "value": "false",
              },
              {
                "name": "K6_NO_USAGE_REPORT",
                "value": "true",
              },
              {
                "name": "TABLE_STRESS_START",
                "valueFrom": {
                  "configMapKeyRef": {
                    "key": "TABLE_STRESS_START",
                    "name": "table-stress-abcdef01-rush-start",
                  },
                },
              },
              {
                "name": "SUPABASE_SECRET_KEY",
                "valueFrom": {
                  "secretKeyRef": {
                    "key": "SUPABASE_SECRET_KEY",
                    "name": "table-stress",
                  },
                },
              },
            ],
            "image": "grafana/k6:2.2.0",
            "resources": {
              "limits": {
                "cpu": "1",
                "memory": "512Mi",
              },
              "requests": {
                "cpu": "1",
                "memory": "512Mi",
              },
            },
          },
          "script": {
            "configMap": {
              "file": "archive.tar",
              "name": "table-stress-abcdef01-rush",
            },
          },
          "separate": true,
        },
      }
    `);
  });

  it.each([
    [{ cleanUp: 'post' }, 'cleanUp'],
    [{ parallelism: 0 }, 'parallelism'],
    [{ runner: { resource: {} } }, 'resource'],
    [
      {
        runner: { env: [{ name: 'KEY', value: 'x', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] },
      },
      'env',
    ],
    [{ script: { configMap: { name: 'a' }, localFile: '/b' } }, 'script'],
    [{ cleanup: 'pre' }, 'cleanup'],
    [{ testRunId: '1' }, 'testRunId'],
  ])('%j would be refused', (change, field) => {
    const { spec, ...rest } = testRun as { spec: object };
    const result = testRunSchema.safeParse({ ...rest, spec: { ...spec, ...change } });
    expect(JSON.stringify(result.error?.issues)).toContain(field);
  });

  it('take a volume for an archive that a ConfigMap cannot hold', () => {
    const most = CONFIG_MAP_BYTES - ARCHIVE.length;
    expect([most, most + 1].map((bytes) => fitsConfigMap(scenario(bytes)))).toEqual([true, false]);
    const documents = manifestsOf(scenario(most + 1), options) as { kind: string }[];
    expect(documents.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'Pod', 'TestRun']);
    expect(testRunSchema.parse(documents[2]).spec.script).toEqual({
      volumeClaim: { name: 'table-stress-abcdef01-rush', file: 'archive.tar', readOnly: true },
    });
  });
});

describe('the folder for a cluster', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ts-distribute-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

  it('has archives, manifests that read back, and steps in order', async () => {
    const scenarios = [
      { ...scenario(1000), calls: 400 },
      { ...scenario(2_000_000), scenario: 'soak' as const, calls: 400_000 },
    ];
    await writeDistributed(folder, scenarios, options, { folder: 'runs/latest', target: 'project x' });
    expect(readdirSync(folder).sort()).toEqual([
      '01-rush.tar',
      '01-rush.yaml',
      '02-soak.tar',
      '02-soak.test-run.yaml',
      '02-soak.yaml',
      'README.md',
    ]);
    const kinds = (name: string): unknown[] =>
      parseAllDocuments(read(name)).map((document) => document.toJS().kind);
    expect(kinds('01-rush.yaml')).toEqual(['ConfigMap', 'TestRun']);
    expect(kinds('02-soak.yaml')).toEqual(['PersistentVolumeClaim', 'Pod']);
    expect(kinds('02-soak.test-run.yaml')).toEqual(['TestRun']);
    const steps = read('README.md');
    for (const name of readdirSync(folder).filter((each) => /^0\d-.*yaml$/.test(each)))
      expect(steps).toContain(name);
    expect(steps.indexOf('## rush')).toBeLessThan(steps.indexOf('## soak'));
    // 120 MB a runner: more than a node keeps of a log.
    expect(steps.match(/MiB, more than a node keeps/g)).toHaveLength(1);
    expect(steps.indexOf('MiB, more than')).toBeGreaterThan(steps.indexOf('## soak'));
    expect(steps).toContain('kubectl --namespace load create secret generic table-stress --from-file');
  });
});

describe('options', () => {
  it.each([
    ['image', 'grafana/k6', '--image grafana/k6: names no version'],
    ['image', 'grafana/k6:latest', '--image grafana/k6:latest: names no version'],
    ['image', 'registry:5000/k6', '--image registry:5000/k6: names no version'],
    ['namespace', 'Load', '--namespace Load: is no name'],
    ['secret', 'a_b', '--secret a_b: is no name'],
    ['cpu', 'two', '--cpu two: is no quantity'],
    ['memory', '-1', '--memory -1: is no quantity'],
  ])('%s %s is refused', (name, value, message) => {
    expect(() => checkDistributeOptions({ ...options, [name]: value })).toThrow(message);
  });

  it.each(['grafana/k6:2.2.0', 'registry:5000/k6:2.2.0', `k6@sha256:${'a'.repeat(64)}`])(
    'the image %s is taken',
    (image) => {
      expect(checkDistributeOptions({ ...options, image }).image).toBe(image);
    },
  );
});
