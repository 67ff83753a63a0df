import { TargetError } from '../../contracts/errors.ts';
import type { CaseDefinition } from '../../contracts/explore-case.ts';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import type { WorldBuilder } from '../../plan/builder.ts';
import { type World, worldTables } from '../../plan/world.ts';
import type { Lookups } from '../../seed/lookups.ts';
import { type CaseInstance, type PlannedCall, planInstance } from '../cases/instance.ts';
import type { CallResult } from '../scheduler/session.ts';
import type { WorkbenchConnections } from './connections.ts';
import { writeRows, writeWorld } from './write-world.ts';

/** How many instances are written at once: few at first, since a case may need no more. */
const BATCHES = { first: 8, later: 50 };

/** A call that was made before the others, with the moments of its begin and end, milliseconds. */
export interface EarlierCall {
  readonly call: PlannedCall;
  readonly result: CallResult;
  readonly sent: number;
  readonly ended: number;
}

/** An instance whose rows are in the database. */
export interface PreparedInstance {
  readonly instance: CaseInstance;
  readonly earlier: readonly EarlierCall[];
}

/** Instances whose rows are written ahead, many at a time. */
export class Instances {
  private readonly ready = new Map<CaseDefinition, PreparedInstance[]>();
  private readonly connections: WorkbenchConnections;
  private readonly description: SchemaDescription;
  private readonly builder: WorldBuilder;
  private readonly lookups: Lookups;
  private readonly callText: (call: PlannedCall) => string;

  constructor(options: {
    connections: WorkbenchConnections;
    description: SchemaDescription;
    builder: WorldBuilder;
    lookups: Lookups;
    callText: (call: PlannedCall) => string;
  }) {
    this.connections = options.connections;
    this.description = options.description;
    this.builder = options.builder;
    this.lookups = options.lookups;
    this.callText = options.callText;
  }

  /** Rows of a case that nobody has used. */
  async next(definition: CaseDefinition): Promise<PreparedInstance> {
    const known = this.ready.get(definition)?.pop();
    if (known) return known;
    const length = this.ready.has(definition) ? BATCHES.later : BATCHES.first;
    const instances = Array.from({ length }, () => planInstance(definition, this.builder));
    await this.write(instances, definition);
    const prepared: PreparedInstance[] = [];
    for (const instance of instances) prepared.push({ instance, earlier: await this.callBefore(instance) });
    this.ready.set(definition, prepared.reverse());
    return this.next(definition);
  }

  private async write(instances: readonly CaseInstance[], { max_covers }: CaseDefinition): Promise<void> {
    const { writer } = this.connections;
    const world = takeWorld(this.builder.world);
    await writeWorld(writer, this.description, world, this.builder.origin, this.lookups);
    if (max_covers === undefined) return;
    const rules = instances.flatMap(({ restaurants }) =>
      restaurants.slice(0, 1).map(({ id }) => ({ restaurant_id: id, max_covers })),
    );
    await writeRows(writer, this.description, 'restaurant_capacity_rules', rules);
  }

  /** Makes the calls that come before, which do not yield. */
  private async callBefore({ before }: CaseInstance): Promise<EarlierCall[]> {
    const made: EarlierCall[] = [];
    for (const call of before) {
      const sent = performance.now();
      const result = await this.connections.caller(this.callText(call));
      made.push({ call, result, sent, ended: performance.now() });
      if (!result.ok) {
        throw new TargetError(`a call that comes before the case fails: ${result.code} ${result.message}`);
      }
    }
    return made;
  }
}

/** Takes the rows out of a world, which goes on to be used. */
export function takeWorld(world: World): World {
  const taken = Object.fromEntries(worldTables.map((name) => [name, world[name].splice(0)]));
  return taken as unknown as World;
}
