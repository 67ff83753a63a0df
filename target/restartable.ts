import type { Exit, ServerProcess } from './server-process.ts';

/** A server that can be ended and started again on purpose. An end that nobody asked for is a failure. */
export class Restartable {
  private server: ServerProcess;
  private readonly start: () => Promise<ServerProcess>;
  private expected = false;
  private stopping = false;
  private readonly report: (server: ServerProcess, exit: Exit) => void;
  /** Resolves when it ended although nobody asked for it; else stays pending. Never rejects. */
  readonly failed: Promise<{ server: ServerProcess; exit: Exit }>;

  /** @param start starts it again, on the same ports and data */
  constructor(first: ServerProcess, start: () => Promise<ServerProcess>) {
    this.server = first;
    this.start = start;
    let resolve: (failure: { server: ServerProcess; exit: Exit }) => void = () => {};
    this.failed = new Promise((settle) => {
      resolve = settle;
    });
    this.report = (server, exit) => resolve({ server, exit });
    this.watch();
  }

  /** The process that runs now. */
  get current(): ServerProcess {
    return this.server;
  }

  /**
   * Ends the process by a signal, and starts it again.
   *
   * @throws TargetError when it does not start any more
   */
  async restart(signal: NodeJS.Signals): Promise<void> {
    this.expected = true;
    try {
      process.kill(this.server.pid, signal);
      await this.server.exited;
      if (this.stopping) return;
      this.server = await this.start();
    } finally {
      this.expected = false;
    }
    // It was told to stop while it started.
    if (this.stopping) await this.server.stop();
    else this.watch();
  }

  /** Ends it for good. Safe to call twice. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.server.stop();
  }

  private watch(): void {
    const { server } = this;
    void server.exited.then((exit) => {
      if (!server.stopping && !this.expected) this.report(server, exit);
    });
  }
}
