import { k6Version } from './program.ts';

const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'macos', win32: 'windows' };
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Where `v2.2.0/k6-v2.2.0-linux-amd64.tar.gz` and its like are found. */
export const officialReleases = 'https://github.com/grafana/k6/releases/download';

/** One file of an official k6 release. */
export interface K6Asset {
  readonly name: string;
  readonly url: string;
  readonly checksumsUrl: string;
  readonly format: 'tar.gz' | 'zip';
  /** Path of the program in the archive. */
  readonly member: string;
}

/** The release file for a platform, or null when none is published for it. */
export function k6Asset(platform: string, arch: string, base: string): K6Asset | null {
  const system = systems[platform];
  const architecture = architectures[arch];
  if (system === undefined || architecture === undefined) return null;
  const stem = `k6-v${k6Version}-${system}-${architecture}`;
  const format = platform === 'linux' ? 'tar.gz' : 'zip';
  const root = `${base.replace(/\/+$/, '')}/v${k6Version}`;
  return {
    name: `${stem}.${format}`,
    url: `${root}/${stem}.${format}`,
    checksumsUrl: `${root}/k6-v${k6Version}-checksums.txt`,
    format,
    member: `${stem}/${platform === 'win32' ? 'k6.exe' : 'k6'}`,
  };
}
