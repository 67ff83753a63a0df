import { TargetError } from '../../contracts/errors.ts';
import { describeFromOpenApi } from '../../isolate/describe-openapi.ts';
import { get } from '../../isolate/expose/rest.ts';
import { readMarkerFromApi } from '../../isolate/marker-api.ts';
import { refuseRealDataByApi } from '../../isolate/real-data.ts';
import { createStressClient } from '../../target/supabase-client.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

/**
 * Stage isolate without a database connection: the isolated schema must be there, exposed, and marked for this project.
 * What only the database could show is left open, and the verdict says so.
 *
 * @throws TargetError when there is no such schema, or when it is not ours
 */
export async function isolateByApi(run: RunContext, { target }: OpenTarget): Promise<PreparedWorld> {
  const { schema } = run.request.isolation;
  const reading = await readMarkerFromApi(target, schema, target.project);
  if (reading.state !== 'ours') {
    const why =
      reading.state === 'absent'
        ? 'is not served by the API'
        : reading.state === 'foreign'
          ? `is not ours (${reading.reason})`
          : `was made for the project ${reading.marker.project}`;
    throw new TargetError(`schema ${schema} ${why}: nothing was written`, [
      'without SUPABASE_DB_URL the isolated schema must exist: make it once with npm run stress -- isolate --target staging, with that variable set',
    ]);
  }
  const { marker } = reading;
  if (marker.clock === 'virtual' || run.request.isolation.clock === 'virtual') {
    throw new TargetError('a virtual clock can only be set over a database connection: nothing was written', [
      'set SUPABASE_DB_URL, or make the isolated schema anew with the real clock and leave out --clock virtual',
    ]);
  }
  const client = createStressClient(target, schema);
  await refuseRealDataByApi(client, schema);
  const description = describeFromOpenApi((await get(target, '/', schema)).body, schema);
  await run.manifest.update({
    isolation: {
      schema,
      cloned: true,
      source: marker.source,
      role: marker.role,
      made: 'before',
      clock: marker.clock,
      objects: {},
      findings: [],
      previous_fingerprint: run.previousFingerprint,
      functions: [],
      fingerprint: marker.fingerprint,
    },
  });
  return {
    schema,
    description,
    sql: null,
    client,
    untaggedBefore: null,
    known: null,
    source: null,
    schemaCreatedAt: null,
    // What it wants cannot be read through the API.
    confirmParameters: [],
    removeIsolation: null,
    marks: null,
    isShared: async () => false,
    close: async () => {},
  };
}
