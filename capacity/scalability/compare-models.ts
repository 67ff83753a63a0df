import type { ModelResult } from '../../contracts/scalability-result.ts';
import { fitUsl } from './fit-usl.ts';
import { akaike, goodnessOf } from './goodness.ts';
import { levelsOf, type Point } from './point.ts';
import { effectiveServers, networkCurve, poolNetwork, type SingleTurn } from './queueing.ts';
import { reasonsNotToFit } from './refusals.ts';
import { uslThroughput } from './usl.ts';

/** A difference of Akaike's criterion below that says nothing (Burnham and Anderson 2002). */
const TELLING = 2;

export interface ModelComparison {
  models: ModelResult[];
  best: ModelResult['name'] | null;
  /** Servers of the queueing model that explain the data best; null without a measurement of one caller. */
  servers: number | null;
  /** Whether the second best is so close that the data do not decide. */
  close: boolean;
}

/**
 * The Universal Scalability Law beside queueing models of the same measurements: the pool as it is, with the service time
 * of one caller, where nothing is fitted, and a station of as many servers as fit best.
 *
 * @param turn null: nothing was measured with one caller, so there is no queueing model
 * @param poolSize null: not known
 */
export function compareModels(
  points: readonly Point[],
  turn: SingleTurn | null,
  poolSize: number | null,
): ModelComparison {
  if (levelsOf(points).length < 2) return { models: [], best: null, servers: null, close: false };
  const most = Math.max(...points.map(({ concurrency }) => concurrency));
  const servers = turn === null ? null : effectiveServers(points, turn);
  const models = [
    ...(reasonsNotToFit(points).length > 0 ? [] : [describeUsl(points, most)]),
    ...(turn === null || poolSize === null
      ? []
      : [
          describe(points, most, {
            name: 'pool',
            about: `queue for a pool of ${poolSize} connections, nothing fitted`,
            fitted: 0,
            curve: networkCurve(poolNetwork(turn, poolSize), most),
          }),
        ]),
    ...(turn === null || servers === null
      ? []
      : [
          describe(points, most, {
            name: 'servers',
            about: `queue for ${servers} ${servers === 1 ? 'server' : 'servers'}, their number fitted`,
            fitted: 1,
            curve: networkCurve(poolNetwork(turn, servers), most),
          }),
        ]),
  ];
  // With too few points for the criterion, the plain error decides.
  const told = models.every(({ aicc }) => aicc !== null);
  const scoreOf = ({ aicc, rmse }: ModelResult): number => (told ? (aicc ?? rmse) : rmse);
  const ranked = [...models].sort((a, b) => scoreOf(a) - scoreOf(b));
  const [first, second] = ranked;
  return {
    models,
    best: first && first.r_squared > 0 ? first.name : null,
    servers,
    close:
      first?.aicc != null &&
      second?.aicc != null &&
      second.aicc - first.aicc < TELLING &&
      second.r_squared > 0,
  };
}

function describeUsl(points: readonly Point[], most: number): ModelResult {
  const parameters = fitUsl(points);
  return describe(points, most, {
    name: 'usl',
    about: 'Universal Scalability Law',
    fitted: 3,
    curve: (concurrency) => uslThroughput(parameters, concurrency),
  });
}

function describe(
  points: readonly Point[],
  most: number,
  model: Pick<ModelResult, 'name' | 'about' | 'fitted'> & { curve: (concurrency: number) => number },
): ModelResult {
  const { r_squared, rmse } = goodnessOf(points, model.curve);
  return {
    name: model.name,
    about: model.about,
    fitted: model.fitted,
    r_squared,
    rmse,
    aicc: akaike(points, rmse, model.fitted),
    curve: Array.from({ length: most }, (_, index) => ({
      concurrency: index + 1,
      throughput: model.curve(index + 1),
    })),
  };
}
