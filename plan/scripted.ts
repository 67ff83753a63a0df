import type { ScenarioName } from '../contracts/thresholds.ts';
import { scriptedDuration } from './duration.ts';
import { capContenders, noteSlowerRounds } from './fit.ts';
import { type Ceiling, pauseBetweenCalls, scheduledTime } from './pace.ts';
import { durationOf, type ScenarioLoad, sum } from './scenario.ts';
import { requestsOf, type Step } from './step.ts';

/** What scenarios of scripted rounds have in common. */
export interface ScriptedSettings {
  processes: number;
  rounds: number;
  /** Milliseconds between the starts of two rounds; 0: each process goes on at once, without waiting for others. */
  period_ms: number;
}

export interface ScriptedRound {
  /** What the round provokes, for instance `lost-reply`. */
  kind: string;
  /** The calls of each process, by its number. The first of all are made at the same instant. */
  scripts: Step[][];
}

export interface ScriptedPlan<S extends ScriptedSettings> {
  settings: S;
  rounds: ScriptedRound[];
}

/** What planning knows of a scripted scenario, whatever its rounds are about. */
export function scriptedScenario<S extends ScriptedSettings>(name: ScenarioName) {
  type Plan = ScriptedPlan<S>;
  return {
    contends: 'rounds' as const,
    users: ({ settings }: Plan) => settings.processes,
    load: ({ settings, rounds }: Plan, pause: number): Omit<ScenarioLoad, 'scenario' | 'virtual_users'> => {
      const inRound = rounds.map(({ scripts }) => sum(scripts.flat().map(requestsOf)));
      const scheduled = (Math.max(0, ...inRound) * 1000) / settings.period_ms;
      const paced = pause === 0 ? Number.POSITIVE_INFINITY : (settings.processes * 1000) / pause;
      const rate = Math.min(settings.period_ms === 0 ? Number.POSITIVE_INFINITY : scheduled, paced);
      return {
        requests: sum(inRound),
        requests_per_second: Number.isFinite(rate) ? rate : null,
        ...durationOf(scriptedDuration(settings, longestScript(rounds) * pause)),
      };
    },
    // A deployment may have nothing that confirms holds; those calls are left out then.
    leastCalls: ({ rounds }: Plan) =>
      sum(rounds.map(({ scripts }) => scripts.flat().filter(({ f }) => f !== 'confirm').length)),
    /** Fewer contenders, and rounds further apart. */
    fitRounds(settings: S, requests: number, ceiling: Ceiling, changes: string[]): S {
      const processes = capContenders(name, settings.processes, ceiling, changes);
      if (settings.period_ms === 0) return { ...settings, processes };
      const pause = pauseBetweenCalls(processes, ceiling.max_requests_per_second);
      const period_ms = Math.max(settings.period_ms, scheduledTime(requests, pause));
      noteSlowerRounds(name, { wanted: settings.period_ms, fitted: period_ms }, ceiling, changes);
      return { ...settings, processes, period_ms };
    },
  };
}

function longestScript(rounds: readonly ScriptedRound[]): number {
  let longest = 0;
  for (const { scripts } of rounds) {
    for (const script of scripts) longest = Math.max(longest, sum(script.map(requestsOf)));
  }
  return longest;
}

/** Upper bound of the assignments of rounds in which only so many tables are there to be had. */
export function roundsOf(count: number, tables: number, keyed = true): { tables: number; keyed: boolean }[] {
  return Array.from({ length: count }, () => ({ tables, keyed }));
}
