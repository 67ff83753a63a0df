import http, { type Params, type RefinedResponse } from 'k6/http';
import type { ErrorValue } from '../../history/operation.ts';
import { now } from './clock.ts';
import type { Environment } from './environment.ts';

/** Longer than any time-out of the server (pool 10 s plus statement 8 s), so that the server answers first. */
const TIMEOUT = '30s';

/** Header that a hosted project's gateway does not know: there the answer comes, and the next call is a plain replay. */
const LOSE_REPLY = 'x-table-stress-lose-reply';

/** An answer of PostgREST, with the instants just before and after the request. */
export interface Reply {
  http: number;
  /** Code of the error body; null for success, and for a body that is not PostgREST's. */
  code: string | null;
  /** k6's own error code, for instance 1050 for a time-out; null when there was an answer. */
  transport: string | null;
  error: ErrorValue | null;
  body: unknown;
  t0: number;
  t1: number;
}

/** Speaks to PostgREST in one schema. Never sends a request without naming that schema. */
export class Client {
  private readonly base: string;
  private readonly readHeaders: Record<string, string>;
  private readonly writeHeaders: Record<string, string>;
  private readonly schema: string;
  private readonly params: Record<string, Params> = {};

  constructor(environment: Environment) {
    this.base = environment.restUrl;
    this.schema = environment.schema;
    const key = environment.secretKey;
    const common: Record<string, string> = {
      apikey: key,
      'User-Agent': 'table-stress',
      Accept: 'application/json',
    };
    // A legacy key is a JWT and goes in both headers; the newer kinds are refused in Authorization.
    if (!key.startsWith('sb_')) common.Authorization = `Bearer ${key}`;
    this.readHeaders = { ...common, 'Accept-Profile': this.schema };
    this.writeHeaders = {
      ...common,
      'Content-Type': 'application/json',
      'Content-Profile': this.schema,
    };
  }

  /** @param loseReply asks the embedded target's gateway to cut the connection once the call is committed */
  rpc(name: string, parameters: Record<string, unknown>, loseReply = false): Reply {
    return this.send('POST', `/rpc/${name}`, name, parameters, loseReply);
  }

  post(table: string, rows: Record<string, unknown>[]): Reply {
    return this.send('POST', `/${table}`, table, rows);
  }

  /** `query` is PostgREST's, with its leading question mark. */
  get(table: string, query: string): Reply {
    return this.send('GET', `/${table}${query}`, table, null);
  }

  patch(table: string, query: string, values: Record<string, unknown>): Reply {
    return this.send('PATCH', `/${table}${query}`, table, values);
  }

  private send(
    method: string,
    path: string,
    name: string,
    body: Record<string, unknown> | Record<string, unknown>[] | null,
    loseReply = false,
  ): Reply {
    const params = this.paramsOf(method, name, loseReply);
    const payload = body === null ? null : JSON.stringify(body);
    const t0 = now();
    const response = http.request(method, this.base + path, payload, params);
    const t1 = now();
    return { t0, t1, ...this.read(response) };
  }

  /** The same object for calls of the same kind: k6 reads it, and building it costs as much as the record. */
  private paramsOf(method: string, name: string, loseReply: boolean): Params {
    const kind = `${method} ${name}`;
    const known = loseReply ? undefined : this.params[kind];
    if (known) return known;
    const headers = method === 'GET' ? this.readHeaders : this.writeHeaders;
    const params: Params = {
      headers: loseReply ? { ...headers, [LOSE_REPLY]: 'after' } : headers,
      tags: { name },
      timeout: TIMEOUT,
      redirects: 0,
    };
    if (!loseReply) this.params[kind] = params;
    return params;
  }

  private read(response: RefinedResponse<'text' | 'binary' | 'none' | undefined>): Omit<Reply, 't0' | 't1'> {
    const status = response.status;
    if (status === 0) {
      const error = { message: String(response.error), details: null, hint: null };
      return { http: 0, code: null, transport: String(response.error_code), error, body: null };
    }
    const answered = response.headers['Content-Profile'];
    const body = parse(response.body);
    if (status >= 200 && status < 300) {
      if (answered !== undefined && answered !== this.schema) {
        const message = `the answer came from schema ${answered}, not from ${this.schema}`;
        return {
          http: status,
          code: 'PGRST106',
          transport: null,
          error: { message, details: null, hint: null },
          body,
        };
      }
      return { http: status, code: null, transport: null, error: null, body };
    }
    const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    return {
      http: status,
      code: typeof fields.code === 'string' ? fields.code : null,
      transport: null,
      error: {
        message: typeof fields.message === 'string' ? fields.message : `HTTP ${status} without an error body`,
        details: typeof fields.details === 'string' ? fields.details : null,
        hint: typeof fields.hint === 'string' ? fields.hint : null,
      },
      body,
    };
  }
}

function parse(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
