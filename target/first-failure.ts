import { TargetError } from '../contracts/errors.ts';
import { redact } from './redact.ts';
import { describeExit, type ServerProcess } from './server-process.ts';

/** Resolves when one of the servers ends although nobody stopped it; else stays pending. Never rejects. */
export function firstFailure(
  processes: readonly ServerProcess[],
  secrets: readonly string[],
): Promise<TargetError> {
  return new Promise((resolve) => {
    for (const server of processes) {
      void server.exited.then(async (exit) => {
        if (server.stopping) return;
        const tail = redact(await server.logTail(), secrets);
        resolve(
          new TargetError(
            `${server.name} ended during the run (${describeExit(exit)}). The end of its log:\n${tail}`,
          ),
        );
      });
    }
  });
}
