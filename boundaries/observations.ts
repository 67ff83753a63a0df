import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { BOUNDARY_OBSERVATION_VERSION, type BoundaryObservation } from '../contracts/boundary-observation.ts';

/** Writes boundaries.ndjson. */
export class ObservationWriter {
  private readonly file: WriteStream;
  private readonly run: string;
  private count = 0;

  constructor(file: string, run: string) {
    this.file = createWriteStream(file);
    this.run = run;
  }

  add(observation: Omit<BoundaryObservation, 'v' | 'run'>): void {
    const line: BoundaryObservation = { v: BOUNDARY_OBSERVATION_VERSION, run: this.run, ...observation };
    this.file.write(`${JSON.stringify(line)}\n`);
    this.count += 1;
  }

  /** Writes the last line, which counts the others: a file without it is not complete. */
  async end(): Promise<void> {
    const end = { v: BOUNDARY_OBSERVATION_VERSION, end: true, run: this.run, observations: this.count };
    this.file.write(`${JSON.stringify(end)}\n`);
    await this.close();
  }

  async close(): Promise<void> {
    this.file.end();
    await finished(this.file);
  }
}
