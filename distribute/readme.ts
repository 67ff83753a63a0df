import { type DistributedScenario, fitsConfigMap, nameOf, startNameOf } from './manifests.ts';
import type { DistributeOptions } from './options.ts';

/** What a record takes in a log, bytes, about. */
const RECORD_BYTES = 900;
/** What the kubelet keeps of a container's log unless it is told otherwise (`containerLogMaxSize`). */
const LOG_BYTES = 10 * 1_048_576;

/** A scenario with what its reader has to know. */
export interface ReadmeScenario extends DistributedScenario {
  file: string;
  /** Calls that all runners make at most. */
  calls: number;
}

/**
 * The steps from the folder to the verdict.
 *
 * @param folder the run folder, as the reader names it
 * @param operator version of the k6 operator that the manifests are for
 */
export function readmeOf(
  scenarios: readonly ReadmeScenario[],
  options: DistributeOptions,
  { folder, operator, target }: { folder: string; operator: string; target: string },
): string {
  const [first] = scenarios;
  const kubectl = options.namespace === null ? 'kubectl' : `kubectl --namespace ${options.namespace}`;
  return `# Run ${first?.run ?? ''} on a cluster

For the k6 operator ${operator}, with ${first?.runners ?? 0} runners for each scenario, from the image ${options.image}. The rows are
prepared on ${target}; the load has to be over within
a day of that, because holds in them expire.

No file here holds a secret. In this folder, put the key from your environment into a Secret:

\`\`\`sh
printf %s "$SUPABASE_SECRET_KEY" | ${kubectl} create secret generic ${options.secret} --from-file=SUPABASE_SECRET_KEY=/dev/stdin
mkdir -p logs
\`\`\`

Then the scenarios, one after the other. All runners of one begin at the instant in its ConfigMap: it has to lie behind
the time that the pods need to come up (with the date of macOS: \`date -u -v+3M\` instead of \`date -u -d '+3 minutes'\`). A runner that comes too late makes no call and says so in its log; then give the
run up (below) and prepare another.
${scenarios.map((scenario) => stepsOf(scenario, kubectl)).join('')}
Then, in the folder of table-stress, judge, and remove the rows and the isolated schema:

\`\`\`sh
npm run stress -- collect ${folder} --runner-log ${folder}/distributed/logs/*.log
${kubectl} delete secret ${options.secret}
\`\`\`

To give the run up instead: delete what was applied, then \`npm run stress -- teardown --run ${first?.run ?? 'TAG'} --target TARGET\`.
`;
}

function stepsOf(scenario: ReadmeScenario, kubectl: string): string {
  const name = nameOf(scenario);
  const start = startNameOf(scenario);
  const { runners, file } = scenario;
  const numbers = Array.from({ length: runners }, (_, index) => index + 1).join(' ');
  const bytes = (scenario.calls * RECORD_BYTES) / runners;
  const large =
    bytes > LOG_BYTES
      ? `\nA runner writes up to ${Math.ceil(bytes / 1_048_576)} MiB, more than a node keeps of a log by default (10 MiB): follow the logs from the beginning, as here, or lose records.\n`
      : '';
  const load = fitsConfigMap(scenario)
    ? ''
    : `# The archive is larger than a ConfigMap may be: it goes into a volume first.
${kubectl} wait --for=condition=Ready pod/${name}-loader --timeout=5m
${kubectl} cp ${file.replace(/yaml$/, 'tar')} ${name}-loader:/test/archive.tar
${kubectl} delete pod ${name}-loader
${kubectl} apply --server-side -f ${file.replace(/yaml$/, 'test-run.yaml')}
`;
  return `
## ${scenario.scenario}
${large}
\`\`\`sh
${kubectl} create configmap ${start} --from-literal=TABLE_STRESS_START="$(date -u -d '+3 minutes' +%Y-%m-%dT%H:%M:%SZ)"
${kubectl} apply --server-side -f ${file}
${load}for i in ${numbers}; do
  until ${kubectl} logs --follow job/${name}-$i > logs/${scenario.scenario}-$i.log; do sleep 2; done &
done
wait
${kubectl} wait --for=jsonpath='{.status.stage}'=finished testrun/${name} --timeout=15m
${kubectl} delete -f ${file}${fitsConfigMap(scenario) ? '' : ` -f ${file.replace(/yaml$/, 'test-run.yaml')}`}
${kubectl} delete configmap ${start}
\`\`\`
`;
}
