import { writeJson } from '../../contracts/json-file.ts';
import { MANIFEST_VERSION, type Manifest } from '../../contracts/manifest.ts';
import { gitState, projectVersion } from '../project.ts';
import type { RunRequest } from './request.ts';

/** The manifest on disk: every change is saved at once, so that a crashed run still tells what it was. */
export class ManifestFile {
  readonly data: Manifest;
  private readonly file: string;

  constructor(file: string, data: Manifest) {
    this.file = file;
    this.data = data;
  }

  async update(change: Partial<Manifest>): Promise<void> {
    Object.assign(this.data, change);
    await writeJson(this.file, this.data);
  }
}

/** The manifest as it stands before the first stage. */
export async function firstManifest(request: RunRequest, startedAt: number): Promise<Manifest> {
  return {
    v: MANIFEST_VERSION,
    run: request.tag,
    command: process.argv.slice(2),
    seed: request.seed,
    profile: request.profile,
    scenarios: request.scenarios,
    left_out: [],
    broken: request.broken,
    kept: request.keep,
    started_at: new Date(startedAt).toISOString(),
    ended_at: null,
    target: {
      kind: request.staging === null ? 'local' : 'staging',
      description: request.target,
      migrations: null,
    },
    isolation: null,
    time_limits: null,
    versions: {},
    harness: {
      version: projectVersion,
      ...(await gitState()),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    thresholds: request.thresholds,
    database_clock: null,
    load: { runners: request.runners, where: 'here', collected_at: null },
    runs: [],
    failure: null,
  };
}
