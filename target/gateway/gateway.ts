import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ProjectKeys } from '../keys.ts';
import { choosePort } from '../ports.ts';
import { admit } from './admission.ts';
import type { Disturb } from './disturbance.ts';
import { forward } from './forward.ts';
import { crossOriginHeaders, preflightHeaders } from './headers.ts';

export interface GatewayOptions {
  keys: ProjectKeys;
  /** The port of PostgREST on the loopback address. */
  upstreamPort: number;
  /** First segment of the project URL's path, so that one address can tell projects apart. None when left out. */
  projectRef?: string | undefined;
  /** A free one when left out. */
  port?: number | undefined;
  /** How long PostgREST may take until its answer begins. Default 60 s, as on Supabase. */
  upstreamTimeoutMs?: number | undefined;
}

/** A running gateway. */
export interface Gateway {
  readonly port: number;
  /** The project URL, without a trailing slash. */
  readonly url: string;
  /** From now on, asks for each request what becomes of it; null: nothing. */
  disturb(decide: Disturb | null): void;
  /** Ends open connections too. Safe to call twice. */
  close(): Promise<void>;
}

/** The project URL's path, without a trailing slash. */
function projectPath({ projectRef }: GatewayOptions): string {
  return projectRef === undefined ? '' : `/${projectRef}`;
}

/**
 * Starts an HTTP gateway on the loopback address that stands where Supabase's stands: it checks `apikey`, exchanges
 * new keys for JWTs, answers CORS preflights and passes `/rest/v1/` on to PostgREST.
 *
 * @throws UsageError when the port that was asked for is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  // Shorter than PostgREST's idle time-out of 30 s: a POST must not meet a connection that is just being closed.
  const agent = new Agent({ keepAlive: true, timeout: 15_000, maxFreeSockets: 64 });
  let decide: Disturb | null = null;
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (request, response) => {
    const disturbance = decide?.() ?? null;
    if (disturbance?.kind === 'drop-request') {
      request.socket.destroy();
      return;
    }
    const losesReply = disturbance?.kind === 'drop-reply';
    const go = (): void => handle(request, response, { ...options, losesReply }, agent);
    if (disturbance?.kind === 'delay') setTimeout(go, disturbance.ms);
    else go();
  });
  const port = await choosePort(options.port, 'the gateway');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // A free port is left to the system, so that nobody can take it in between.
    server.listen({ host: '127.0.0.1', port: options.port === undefined ? 0 : port }, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  let closed: Promise<void> | undefined;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}${projectPath(options)}`,
    disturb(next) {
      decide = next;
    },
    close() {
      closed ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      });
      return closed;
    },
  };
}

function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions & { losesReply: boolean },
  agent: Agent,
): void {
  if (request.method === 'OPTIONS' && request.headers['access-control-request-method']) {
    response.writeHead(200, preflightHeaders(request)).end();
    return;
  }
  const url = new URL(request.url ?? '/', 'http://gateway');
  const restPrefix = `${projectPath(options)}/rest/v1`;
  if (url.pathname !== restPrefix && !url.pathname.startsWith(`${restPrefix}/`)) {
    answer(request, response, 404, { message: 'no Route matched with those values' });
    return;
  }
  const admission = admit(options.keys, {
    apikey: header(request, 'apikey') ?? url.searchParams.get('apikey') ?? undefined,
    authorization: request.headers.authorization,
    userAgent: request.headers['user-agent'],
  });
  if (!admission.ok) {
    answer(request, response, admission.status, admission.body);
    return;
  }
  forward(request, response, {
    agent,
    port: options.upstreamPort,
    path: upstreamPath(request.url ?? '/', url.pathname.slice(restPrefix.length)),
    authorization: admission.authorization,
    losesReply: options.losesReply,
    timeoutMs: options.upstreamTimeoutMs ?? 60_000,
    onFailure: (status, message) => answer(request, response, status, { message }),
  });
}

/** The caller's own spelling of the query, except for a key in it: PostgREST would take that for a filter. */
function upstreamPath(raw: string, pathname: string): string {
  const path = pathname || '/';
  const query = raw.includes('?') ? raw.slice(raw.indexOf('?') + 1) : '';
  const kept = query.split('&').filter((part) => part !== '' && !part.startsWith('apikey='));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, string>>,
): void {
  // The rest of a body that nobody reads would be taken for the next request.
  request.resume();
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      ...crossOriginHeaders,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}
