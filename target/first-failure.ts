import { TargetError } from '../contracts/errors.ts';
import { redact } from './redact.ts';
import type { Restartable } from './restartable.ts';
import { describeExit } from './server-process.ts';

/** Resolves when one of the servers ends although nobody asked for it; else stays pending. Never rejects. */
export async function firstFailure(
  servers: readonly Restartable[],
  secrets: readonly string[],
): Promise<TargetError> {
  const { server, exit } = await Promise.race(servers.map(({ failed }) => failed));
  const tail = redact(await server.logTail(), secrets);
  return new TargetError(
    `${server.name} ended during the run (${describeExit(exit)}). The end of its log:\n${tail}`,
  );
}
