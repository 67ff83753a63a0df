import { writeJson } from '../../contracts/json-file.ts';
import type { Manifest } from '../../contracts/manifest.ts';

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
