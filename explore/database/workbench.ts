import type { CaseDefinition } from '../../contracts/explore-case.ts';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import { readConfirmParameters } from '../../isolate/confirm-function.ts';
import { describeFromCatalog } from '../../isolate/describe.ts';
import { type Origin, WorldBuilder } from '../../plan/builder.ts';
import { worldTables } from '../../plan/world.ts';
import { type Lookups, readLookups } from '../../seed/lookups.ts';
import { insertStatement } from '../../sql/statements.ts';
import { callText, type SqlCall } from '../cases/call-text.ts';
import { type PlannedCall, planInstance } from '../cases/instance.ts';
import type { Instrumentation } from '../instrument/schema.ts';
import { Control } from '../scheduler/control.ts';
import { runSchedule } from '../scheduler/run.ts';
import type { Chooser } from '../scheduler/schedule.ts';
import type { Trace } from '../scheduler/trace.ts';
import { openSessions, type WorkbenchConnections } from './connections.ts';
import { type FinalRow, readFinalRows } from './final-rows.ts';
import { Instances, type PreparedInstance, takeWorld } from './instances.ts';

/** How one schedule went. */
export interface Traced {
  readonly prepared: PreparedInstance;
  readonly trace: Trace;
}

/** What one schedule did to one instance. */
export interface Outcome extends Traced {
  readonly rows: readonly FinalRow[];
}

/** An instrumented schema with the sessions that run schedules in it, one schedule at a time. */
export class Workbench {
  readonly instrumentation: Instrumentation;
  readonly description: SchemaDescription;
  private readonly connections: WorkbenchConnections;
  private readonly control: Control;
  private readonly builder: WorldBuilder;
  private readonly confirm: readonly string[];
  private readonly tables: ReadonlySet<string>;
  /** Functions that yield before they touch anything. */
  private readonly yielding: ReadonlySet<string>;
  private readonly instances: Instances;

  private constructor(fields: {
    instrumentation: Instrumentation;
    description: SchemaDescription;
    connections: WorkbenchConnections;
    builder: WorldBuilder;
    lookups: Lookups;
    confirm: readonly string[];
  }) {
    this.instrumentation = fields.instrumentation;
    this.description = fields.description;
    this.connections = fields.connections;
    this.builder = fields.builder;
    this.confirm = fields.confirm;
    this.control = new Control(fields.connections.control);
    this.instances = new Instances({ ...fields, callText: (call) => this.callTexts([call])[0]?.call ?? '' });
    this.yielding = yieldingFunctions(fields.instrumentation);
    this.tables = new Set(fields.description.tables.map(({ name }) => name));
  }

  /**
   * Opens sessions on an instrumented schema.
   *
   * @param origin everything that is written carries its tag
   */
  static async open(
    databaseUrl: string,
    instrumentation: Instrumentation,
    origin: Origin,
  ): Promise<Workbench> {
    const connections = await openSessions(databaseUrl, instrumentation.schema);
    try {
      const { schema } = instrumentation;
      const description = await describeFromCatalog(connections.writer, schema);
      return new Workbench({
        instrumentation,
        description,
        connections,
        builder: new WorldBuilder(origin, 'explore'),
        lookups: await readLookups(connections.writer, description),
        confirm: await readConfirmParameters(connections.writer, schema),
      });
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  /** Notes on what the sessions could not set, for people. */
  get notes(): readonly string[] {
    return this.connections.notes;
  }

  /** Why a case cannot be run here; null when it can. */
  missing(definition: CaseDefinition): string | null {
    const calls = [...definition.before, ...definition.calls];
    if (calls.some((call) => 'confirm' in call) && this.confirm.length === 0) {
      return 'the deployment has no confirm_hold_assignment_with_transition';
    }
    const needed = [
      ...(Object.keys(definition.holds).length > 0 ? ['table_holds', 'table_hold_members'] : []),
      ...(definition.max_covers === undefined ? [] : ['restaurant_capacity_rules']),
    ];
    const absent = needed.filter((table) => !this.tables.has(table));
    return absent.length === 0 ? null : `the deployment has no ${absent.join(', ')}`;
  }

  /** The SQL of a case's calls. */
  callTexts(calls: readonly PlannedCall[]): SqlCall[] {
    return calls.map((call) => callText(this.instrumentation.schema, call, this.confirm, this.yielding));
  }

  /**
   * Runs one schedule of a case in fresh rows.
   *
   * @param deadline milliseconds after which it is cut
   */
  async run(definition: CaseDefinition, choose: Chooser, deadline: number): Promise<Outcome> {
    return this.finish(await this.runCalls(definition, choose, deadline));
  }

  /** The same without the rows that are left, which `finish` reads, also while the next schedule is run. */
  async runCalls(definition: CaseDefinition, choose: Chooser, deadline: number): Promise<Traced> {
    const prepared = await this.instances.next(definition);
    const { sessions, settle } = this.connections;
    const trace = await runSchedule({
      control: this.control,
      sessions,
      calls: this.callTexts(prepared.instance.calls),
      choose,
      deadline,
      settle,
    });
    return { prepared, trace };
  }

  /** Reads the rows that a schedule left. */
  async finish(traced: Traced): Promise<Outcome> {
    const { writer } = this.connections;
    const { schema } = this.instrumentation;
    return { ...traced, rows: await readFinalRows(writer, schema, this.tables, traced.prepared.instance) };
  }

  /** A case as statements: those that write its rows, its calls before, and its calls. */
  statementsOf(definition: CaseDefinition): { rows: string; before: string[]; calls: string[] } {
    const { schema } = this.instrumentation;
    const instance = planInstance(definition, this.builder);
    const world = takeWorld(this.builder.world);
    const inserts = worldTables
      .filter((table) => this.tables.has(table))
      .flatMap((table) => world[table].map((row) => insertStatement(schema, { table, row: { ...row } })));
    const [first] = instance.restaurants;
    if (definition.max_covers !== undefined && first) {
      const row = { restaurant_id: first.id, max_covers: definition.max_covers };
      inserts.push(insertStatement(schema, { table: 'restaurant_capacity_rules', row }));
    }
    return {
      rows: inserts.map((statement) => `${statement};`).join('\n'),
      before: this.callTexts(instance.before).map(({ call }) => call),
      calls: this.callTexts(instance.calls).map(({ call }) => call),
    };
  }

  async close(): Promise<void> {
    await this.connections.close();
  }
}

/** Functions with yields of which nothing is without one: something may be touched before the first. */
function yieldingFunctions({ points, uninstrumented }: Instrumentation): Set<string> {
  const names = [...points.values()].map(({ name }) => name);
  return new Set(names.filter((name) => !uninstrumented.some(({ object }) => object.startsWith(`${name}(`))));
}
