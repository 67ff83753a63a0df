import { describe, expect, it } from 'vitest';
import { noAnswer, problemOf, said } from '../../../../target/staging/api-problems.ts';
import { isSession } from '../../../../target/staging/pooler.ts';
import { databaseProblem } from '../../../../target/staging/postgres-problems.ts';

const api = { restUrl: 'https://abc.example/rest/v1', secretKey: 'sb_secret_x1', secrets: ['sb_secret_x1'] };

describe('why the database cannot be reached', () => {
  it.each([
    [
      { code: '28P01', message: 'password authentication failed for user "postgres"' },
      /refuses the password/,
    ],
    [{ code: 'XX000', message: 'Tenant or user not found' }, /knows no such project/],
    [{ code: '3D000', message: 'database "x" does not exist' }, /no such database/],
    [{ code: 'XX000', message: 'MaxClientsInSessionMode: max clients reached' }, /all connections are taken/],
    [{ code: '57P03', message: 'the database system is starting up' }, /starting or stopping/],
    [{ code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND db.x' }, /not known/],
    [{ code: 'ENETUNREACH', message: 'connect ENETUNREACH' }, /IPv6/],
    [{ code: 'CONNECT_TIMEOUT', message: 'write CONNECT_TIMEOUT' }, /in time/],
    [{ code: 'ECONNREFUSED', message: '' }, /nothing listens/],
    [{ code: '08P01', message: 'unsupported startup parameter: statement_timeout' }, /transaction pooler/],
    [{ code: '26000', message: 'prepared statement "a" does not exist' }, /transaction pooler/],
    [new Error('something with the password hunter2'), /cannot be reached \(no reason given\)/],
  ])('%j', (error, message) => {
    const problem = databaseProblem(error, 'db.example:5432');
    expect(problem.message).toMatch(message);
    expect(problem.message).toMatch(/^SUPABASE_DB_URL: /);
    expect(problem.exitCode).toBe(3);
    expect([problem.message, ...problem.fixes].join()).not.toContain('hunter2');
  });
});

describe('why the API cannot be used', () => {
  it.each([
    [{ cause: { code: 'ENOTFOUND' } }, /the name abc\.example is not known/],
    [{ cause: { code: 'ECONNREFUSED' } }, /nothing listens/],
    [Object.assign(new Error('late'), { name: 'TimeoutError' }), /no answer in time/],
    [{ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }, /DEPTH_ZERO/],
  ])('no answer: %j', (error, message) => {
    expect(noAnswer(api.restUrl, error).message).toMatch(message);
  });

  const answer = (status: number, text: string) => ({
    status,
    text,
    body: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined,
    headers: new Headers(),
  });
  it.each([
    [401, '{"message":"Invalid API key"}', /refuses the key \(HTTP 401: Invalid API key\)/],
    [402, '{}', /has used up its quota/],
    [540, '', /paused/],
    [522, '<html>', /does not answer its gateway/],
    [200, '<html>', /an HTML page/],
    [404, '{"message":"no Route matched"}', /no project answers/],
    [503, '{"code":"PGRST002","message":"Could not query the database"}', /cannot work at present.*PGRST002/],
  ])('HTTP %i %s', (status, text, message) => {
    expect(problemOf(answer(status, text), api)?.message).toMatch(message);
  });

  it('says nothing about other answers', () => {
    expect(problemOf(answer(406, '{"code":"PGRST106"}'), api)).toBeNull();
  });

  it('takes secrets out before it cuts', () => {
    expect(said(answer(400, `${'x'.repeat(195)}sb_secret_x1`), api)).not.toContain('sb_');
  });
});

it.each([
  [{ keepsSettings: true, keepsBackend: true, sharesBackend: false }, true],
  [{ keepsSettings: false, keepsBackend: true, sharesBackend: false }, false],
  [{ keepsSettings: true, keepsBackend: false, sharesBackend: false }, false],
  [{ keepsSettings: true, keepsBackend: true, sharesBackend: true }, false],
])('session %j: %s', (reading, expected) => {
  expect(isSession(reading)).toBe(expected);
});
