import { resolveK6 } from '../../target/k6/resolve.ts';

/** The k6 that all integration tests use: found, or built once, before the first test's time limit starts. */
export default async function setup(): Promise<void> {
  const k6 = await resolveK6({ progress: (line) => process.stderr.write(`${line}\n`) });
  process.stderr.write(`k6 ${k6.version} (${k6.source})\n`);
}
