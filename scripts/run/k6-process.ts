import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { TargetError } from '../../contracts/errors.ts';
import type { Segment } from '../../runners/segments.ts';
import { redact } from '../../target/redact.ts';

export interface K6Options {
  program: string;
  script: string;
  environment: Record<string, string>;
  historyFile: string;
  summaryFile: string;
  logFile: string;
  secrets: readonly string[];
  /** Further outputs, as `--out` takes them. */
  outputs?: readonly string[];
  /** Its part of the test when it is one of several: thresholds are then not its business. Left out: the whole. */
  segment?: Segment;
  /** File for the export of k6's web dashboard; left out: no dashboard. */
  dashboardFile?: string;
  /** Ends k6 early. */
  signal: AbortSignal;
  /** Told the process id, so that k6 ends even when this process is killed; returns what forgets it again. */
  supervise: (pid: number) => () => void;
}

export interface K6Result {
  /** null when a signal ended it. */
  exitCode: number | null;
  /** Why it did not come to its end; null when it did. */
  aborted: string | null;
  thresholdsCrossed: string[];
}

/** k6's codes for a test that ran to its end. */
const COMPLETE = new Set([0, 99]);
/** How long k6 may take to write its summary after it was told to stop, milliseconds. */
const STOP_PATIENCE = 5000;

/**
 * Runs one scenario in a k6 process of its own.
 *
 * @throws TargetError when k6 refuses the script or its options; the end of its log is in the message
 */
export async function runK6(options: K6Options): Promise<K6Result> {
  const log = createWriteStream(options.logFile);
  const child = spawn(
    options.program,
    [
      'run',
      '--quiet',
      '--no-color',
      '--no-usage-report',
      '--log-format=raw',
      `--console-output=${options.historyFile}`,
      ...(options.outputs ?? []).map((output) => `--out=${output}`),
      ...(options.dashboardFile === undefined ? [] : ['--out=web-dashboard']),
      ...(options.segment === undefined ? [] : segmentArguments(options.segment)),
      options.script,
    ],
    {
      // Secrets go by environment: arguments can be seen by every user of the machine.
      env: {
        ...inherited(),
        ...options.environment,
        ...(options.dashboardFile === undefined
          ? {}
          : { K6_WEB_DASHBOARD_EXPORT: options.dashboardFile, K6_WEB_DASHBOARD_PERIOD: '1s' }),
        K6_AUTO_EXTENSION_RESOLUTION: 'false',
      },
      // A group of its own, so that Ctrl-C in the terminal reaches only us: we stop k6 in order, then tear down.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const forget = child.pid === undefined ? () => {} : options.supervise(child.pid);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => log.write(redact(text, options.secrets)));
  }
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const stop = (): void => {
    child.kill('SIGINT');
    void delay(STOP_PATIENCE, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
  };
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  try {
    const [exitCode, signal] = await exited;
    return await resultOf(options, exitCode, signal);
  } finally {
    options.signal.removeEventListener('abort', stop);
    forget();
    log.end();
    await once(log, 'close');
  }
}

/** How k6 is told that it runs a part of a test whose thresholds are judged over all parts together. */
export function segmentArguments({ segment, sequence }: Segment): string[] {
  return [`--execution-segment=${segment}`, `--execution-segment-sequence=${sequence}`, '--no-thresholds'];
}

function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GOMAXPROCS', 'LANG'];
  // Settings of outputs that the user asks for, such as K6_PROMETHEUS_RW_SERVER_URL.
  const outputs = Object.keys(process.env).filter((name) =>
    /^K6_(PROMETHEUS_RW|INFLUXDB|CSV|STATSD|OTEL|WEB_DASHBOARD)_/.test(name),
  );
  return Object.fromEntries(
    [...names, ...outputs].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

async function resultOf(
  options: K6Options,
  exitCode: number | null,
  signal: NodeJS.Signals | null,
): Promise<K6Result> {
  const crossed = await crossedThresholds(options.summaryFile);
  if (options.signal.aborted) return { exitCode, aborted: 'interrupted', thresholdsCrossed: [] };
  if (exitCode === null) {
    return { exitCode, aborted: `k6 was ended by ${signal ?? 'a signal'}`, thresholdsCrossed: crossed };
  }
  const text = await readFile(options.logFile, 'utf8').catch(() => '');
  // k6 only warns of options that it does not know, and then runs something else than what was asked for.
  if (COMPLETE.has(exitCode) && !/unknown (field|option)|There were unknown/i.test(text)) {
    return { exitCode, aborted: null, thresholdsCrossed: crossed };
  }
  const tail = text.trim().split('\n').slice(-8).join('\n');
  throw new TargetError(`k6 failed with exit code ${exitCode}:\n${tail}`, [
    `its whole log: ${options.logFile}`,
  ]);
}

/** Expressions of k6's summary that did not hold, for instance `assign_duration p(95)<3000`. */
async function crossedThresholds(summaryFile: string): Promise<string[]> {
  const text = await readFile(summaryFile, 'utf8').catch(() => null);
  if (text === null) return [];
  const { metrics } = JSON.parse(text) as {
    metrics: Record<string, { thresholds?: Record<string, { ok: boolean }> }>;
  };
  return Object.entries(metrics).flatMap(([metric, { thresholds }]) =>
    Object.entries(thresholds ?? {}).flatMap(([expression, { ok }]) =>
      ok ? [] : [`${metric} ${expression}`],
    ),
  );
}
