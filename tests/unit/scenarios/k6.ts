/**
 * What stands for `k6` and its modules in unit tests: one virtual user on a clock that moves only when it sleeps or
 * waits for an answer, a server that gives the answers it was told to, and metrics that can be read.
 */

export interface Request {
  method: string;
  url: string;
  body: string | null;
  headers: Record<string, string>;
  redirects: number;
}

export interface Response {
  status: number;
  headers: Record<string, string>;
  body: string | null;
  error: string;
  error_code: number;
}

const state = {
  milliseconds: 0,
  requests: [] as Request[],
  answers: [] as Response[],
  metrics: new Map<string, number[]>(),
  options: {} as { executionSegment?: string | undefined; executionSegmentSequence?: string | undefined },
};

/** Gives the load generator an execution segment; none: it is the only one. */
export function segment(of?: string, sequence?: string): void {
  Object.assign(state.options, { executionSegment: of, executionSegmentSequence: sequence });
}

/** Begins anew; the next requests get these answers, one after the other, each after a millisecond. */
export function serve(...answers: Partial<Response>[]): void {
  state.milliseconds = 1000;
  state.requests = [];
  state.answers = answers.map((answer) => ({
    status: 200,
    headers: {},
    body: null,
    error: '',
    error_code: 0,
    ...answer,
  }));
  for (const values of state.metrics.values()) values.length = 0;
}

export const requests = (): readonly Request[] => state.requests;
export const metric = (name: string): readonly number[] => state.metrics.get(name) ?? [];

export function sleep(seconds: number): void {
  state.milliseconds += seconds * 1000;
}

class Metric {
  private readonly values: number[] = [];

  constructor(name: string) {
    state.metrics.set(name, this.values);
  }

  add(value: number): void {
    this.values.push(value);
  }
}

export { Metric as Counter, Metric as Trend };

/** Like k6's, it hands out copies. */
export class SharedArray<T> {
  constructor(_name: string, make: () => T[]) {
    // biome-ignore lint/correctness/noConstructorReturn: so that it is an array, as k6's is
    return JSON.parse(JSON.stringify(make()));
  }
}

interface Params {
  headers: Record<string, string>;
  redirects: number;
}

/** Default export of `k6/http` and of `k6/execution`. */
export default {
  request(method: string, url: string, body: string | null, params: Params): Response {
    const { headers, redirects } = params;
    state.requests.push({ method, url, body, headers: { ...headers }, redirects });
    state.milliseconds += 1;
    const answer = state.answers.shift();
    if (!answer) throw new Error(`no answer for ${method} ${url}`);
    return answer;
  },
  setResponseCallback(): void {},
  expectedStatuses(): void {},
  instance: {
    get currentTestRunDuration(): number {
      return state.milliseconds;
    },
  },
  vu: { idInTest: 1 },
  test: { options: state.options },
  scenario: { startTime: 0 },
};
