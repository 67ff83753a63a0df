import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { crossOriginHeaders, endToEndHeaders } from './headers.ts';

export interface Forwarding {
  agent: Agent;
  port: number;
  path: string;
  /** What `Authorization` becomes; removed when undefined. */
  authorization: string | undefined;
  /** Carried out, and then cut without an answer. */
  losesReply: boolean;
  timeoutMs: number;
  /** Called at most once, before anything of the answer was sent. */
  onFailure: (status: 502 | 503 | 504, message: string) => void;
}

/**
 * A request with this header, of the value `after`, is carried out, and then its connection is cut without an answer: the
 * client cannot know that it took effect. Only this stand-in knows it; PostgREST never sees it.
 */
export const LOSE_REPLY_HEADER = 'x-table-stress-lose-reply';

/** Streams a request to PostgREST and its answer back. */
export function forward(request: IncomingMessage, response: ServerResponse, options: Forwarding): void {
  const headers = endToEndHeaders(request);
  headers.host = `127.0.0.1:${options.port}`;
  const losesReply = options.losesReply || headers[LOSE_REPLY_HEADER] === 'after';
  delete headers[LOSE_REPLY_HEADER];
  if (options.authorization === undefined) delete headers.authorization;
  else headers.authorization = options.authorization;
  const upstream = httpRequest({
    agent: options.agent,
    host: '127.0.0.1',
    port: options.port,
    method: request.method,
    path: options.path,
    headers,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    upstream.destroy(new Error('upstream timed out'));
  }, options.timeoutMs);
  upstream.once('response', (answer) => {
    clearTimeout(timer);
    if (losesReply) {
      // PostgREST answers once it has committed: at the end of the answer the effect is certain.
      answer.resume().once('close', () => response.destroy());
      return;
    }
    const passed = { ...endToEndHeaders(answer), ...crossOriginHeaders };
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passed);
    // On an error pipeline destroys the answer: the caller sees a cut connection, not a short but complete body.
    pipeline(answer, response, () => {});
  });
  upstream.once('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    if (response.headersSent || response.destroyed) response.destroy();
    else if (late) options.onFailure(504, 'The upstream server is timing out');
    else if (error.code === 'ECONNREFUSED') options.onFailure(503, 'The upstream server is not available');
    else options.onFailure(502, 'An invalid response was received from the upstream server');
  });
  // The caller went away: PostgREST must not go on working for nobody longer than it would behind Supabase.
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) upstream.destroy();
  });
  request.pipe(upstream);
}
