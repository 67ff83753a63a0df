import { availableParallelism } from 'node:os';
import { analyseScalability } from '../../capacity/scalability/analyse.ts';
import { ExitCode, InterruptedError, messageOf, StressError, TargetError } from '../../contracts/errors.ts';
import {
  SCALABILITY_VERSION,
  type ScalabilityMeasurement,
  type ScalabilityResult,
} from '../../contracts/scalability-result.ts';
import { NestedReporter } from '../nested-reporter.ts';
import { runLevel } from './level.ts';
import { type PlannedLevel, plannedLevels } from './request.ts';
import { type Session, type SessionContext, withSession } from './session.ts';

/**
 * All measurements on one target, and what they say. An interrupt or a lost target ends it early: what was measured until
 * then is still judged, with a warning and the exit code of what ended it.
 *
 * @throws StressError when nothing at all was measured
 */
export async function measureScalability(
  context: SessionContext,
): Promise<{ result: ScalabilityResult; secrets: readonly string[] }> {
  const { request, startedAt } = context;
  return withSession(context, async (session) => {
    const { measurements, failure } = await measureLevels(context, session);
    if (measurements.length === 0 && failure !== null) throw failure;
    const cores = availableParallelism();
    const poolSize = session.open.servers?.poolSize ?? null;
    const analysis = analyseScalability({ measurements, poolSize, cores, seed: request.run.seed });
    const result: ScalabilityResult = {
      v: SCALABILITY_VERSION,
      kind: 'scalability',
      run: request.run.tag,
      command: process.argv.slice(2),
      seed: request.run.seed,
      started_at: new Date(startedAt).toISOString(),
      ended_at: new Date().toISOString(),
      target: {
        description: session.open.target.description,
        versions: { ...session.base.manifest.data.versions },
      },
      machine: { platform: `${process.platform}-${process.arch}`, cores },
      slice: { ...request.slice, pool_size: poolSize },
      schedule: request.schedule,
      measurements,
      ...analysis,
      ...(failure === null
        ? {}
        : {
            warnings: [`it ended early: ${failure.message}`, ...analysis.warnings],
            exit_code: analysis.exit_code === ExitCode.fail ? ExitCode.fail : failure.exitCode,
          }),
    };
    return { result, secrets: session.open.target.secrets };
  });
}

async function measureLevels(
  context: SessionContext,
  session: Session,
): Promise<{ measurements: ScalabilityMeasurement[]; failure: StressError | null }> {
  const levels = plannedLevels(context.request.schedule);
  const measurements: ScalabilityMeasurement[] = [];
  for (const [index, level] of levels.entries()) {
    try {
      session.abort.throwIfAborted();
      measurements.push(await measureOne(context, session, level, `${index + 1}/${levels.length}`));
    } catch (error) {
      return { measurements, failure: failureOf(error, context.interrupt) };
    }
  }
  return { measurements, failure: null };
}

function measureOne(
  context: SessionContext,
  session: Session,
  level: PlannedLevel,
  place: string,
): Promise<ScalabilityMeasurement> {
  const { reporter } = context;
  return reporter.stage(
    `${place} N=${level.concurrency}`,
    (progress) => {
      const nested = new NestedReporter(progress, {
        say: (text) => reporter.say(text),
        label: (stage, text) => `${stage}: ${text}`,
      });
      return runLevel(context, session, level, nested);
    },
    ({ throughput, response_ms, verdict }) =>
      `${throughput.toFixed(1)} assignments per second, ${response_ms.toFixed(1)} ms per call, promises: ${verdict}`,
    ({ verdict }) => verdict === 'pass',
  );
}

function failureOf(error: unknown, interrupt: AbortSignal): StressError {
  if (interrupt.aborted) return new InterruptedError('interrupted by the user');
  return error instanceof StressError ? error : new TargetError(messageOf(error), [], error);
}
