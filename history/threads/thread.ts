import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { MessageChannel, Worker } from 'node:worker_threads';

/** A function of a module that a thread is to call with an argument, and what it gives; both are copied, shared memory is not. */
export interface Job {
  module: string;
  name: string;
  argument: unknown;
}

export type JobResult = { value: unknown } | { error: string };

/** Another thread of this process, for work that takes seconds. */
export class Thread {
  private readonly worker: Worker;
  private readonly failed: Promise<never>;

  private constructor() {
    this.worker = new Worker(new URL('./start.mjs', import.meta.url), { execArgv: [] });
    this.worker.unref();
    this.failed = new Promise((_, reject) => {
      this.worker.once('error', reject);
      this.worker.once('exit', () => reject(new Error('the thread ended')));
    });
    this.failed.catch(() => {});
  }

  /** Null where there is one core only: two threads would wait for each other. */
  static start(): Thread | null {
    return availableParallelism() < 2 ? null : new Thread();
  }

  /**
   * Calls an exported function there.
   *
   * @throws Error when it throws, or the thread cannot be started or ends
   */
  async run<T>(module: URL, name: string, argument: unknown): Promise<T> {
    const { port1, port2 } = new MessageChannel();
    const job: Job = { module: module.href, name, argument };
    this.worker.postMessage({ job, port: port2 }, [port2]);
    try {
      const [result] = (await Promise.race([once(port1, 'message'), this.failed])) as [JobResult];
      if ('error' in result) throw new Error(result.error);
      return result.value as T;
    } finally {
      port1.close();
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
