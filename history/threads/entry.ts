import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Job, JobResult } from './thread.ts';

/** What a thread runs: jobs, one after the other, see `Thread`. */

parentPort?.on('message', ({ job, port }: { job: Job; port: MessagePort }) => {
  void resultOf(job).then((result) => {
    port.postMessage(result);
    port.close();
  });
});

async function resultOf({ module, name, argument }: Job): Promise<JobResult> {
  try {
    const functions = (await import(module)) as Record<string, (argument: unknown) => unknown>;
    return { value: await functions[name]?.(argument) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
