import type { Reference } from '../database.ts';
import type { World } from '../world.ts';

/** What a defect looks like from outside. With a correct RPC it throws. */
export type Symptom = (reference: Reference, world: World) => Promise<void>;
