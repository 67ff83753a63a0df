import { InterruptedError } from '../../contracts/errors.ts';
import { gatewayFaults } from '../../contracts/faults.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { isolateWorld, type PreparedWorld, seedPlan } from './prepare-world.ts';
import { tryStatusMatrix } from './status-matrix.ts';
import type { RunContext } from './under-load.ts';

/** How far a run has come, for whoever has to end it. */
export interface Reached {
  stage: string;
  open: OpenTarget | null;
  world: PreparedWorld | null;
}

/** A target with its isolated schema. */
export interface Isolated {
  open: OpenTarget;
  world: PreparedWorld;
  /** Fires when the user interrupts, or when target or schema are lost. */
  abort: AbortSignal;
}

/** The stages before the load: target, isolate, seed and status-matrix. What was reached is noted on the way. */
export async function beforeLoad(run: RunContext, reached: Reached): Promise<Isolated> {
  const isolated = await openAndIsolate(run, reached);
  const { world, abort } = isolated;
  reached.stage = 'seed';
  await seedPlan(run, world, abort);
  reached.stage = 'status-matrix';
  await tryStatusMatrix(run, world, abort);
  return isolated;
}

/**
 * Stages target and isolate.
 *
 * @param poolSize connections that PostgREST may hold; undefined: its own default
 */
export async function openAndIsolate(
  run: RunContext,
  reached: Reached,
  poolSize?: number,
): Promise<Isolated> {
  const { manifest, interrupt } = run;
  const open = await openRunTarget(run, poolSize);
  reached.open = open;
  const { target } = open;
  await manifest.update({
    target: { kind: target.kind, description: target.description, migrations: open.migrations },
    versions: { ...target.versions, ...manifest.data.versions },
  });
  const lost = abortedBy(open, interrupt);
  reached.stage = 'isolate';
  const world = await isolateWorld(run, open, lost);
  reached.world = world;
  const abort = AbortSignal.any(world.marks === null ? [lost] : [lost, world.marks.lost]);
  return { open, world, abort };
}

/** Stage target; `poolSize` as for `openAndIsolate`. */
export async function openRunTarget(
  { reporter, request, interrupt }: RunContext,
  poolSize?: number,
): Promise<OpenTarget> {
  const open = await reporter.stage(
    'target',
    (progress) =>
      openTarget(request.target, {
        progress,
        signal: interrupt,
        viaGateway: request.viaGateway || request.faults.some((kind) => gatewayFaults.has(kind)),
        migrations: request.migrations,
        staging: request.staging,
        poolSize,
      }),
    ({ target }) => target.description,
  );
  for (const note of open.notes) reporter.say(`  ${note}`);
  return open;
}

/** Fires when the user interrupts, or when the target is lost; the reason is the error to end with. */
function abortedBy(open: OpenTarget, interrupt: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new InterruptedError());
  if (interrupt.aborted) stop();
  else interrupt.addEventListener('abort', stop, { once: true });
  void open.lost.then((error) => controller.abort(error));
  return controller.signal;
}
