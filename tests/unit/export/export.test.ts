import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edn } from '../../../export/edn.ts';
import { jepsenLines } from '../../../export/jepsen.ts';
import { porcupineLines } from '../../../export/porcupine.ts';
import { timedFaults, timelineOf } from '../../../export/timeline.ts';
import { operation } from '../history/arbitrary.ts';
import { scriptOf, simulate, sizes } from '../verify/linearizability/simulate.ts';
import { parseRun } from '../verify/script.ts';
import { readEdn } from './edn-reader.ts';

const sample = `
runner east error=5
p0 0..10 assign b1 t1,t2 key=k -> ok
p1 5..20 assign b2 t1 -> P0001 overlap
p0 10..10 unassign b1 t1 -> ok
east:p0 30..40 hold h1 b0 t1 until=300 -> info
p1 50..60 status t1=reserved`;

const timeline = (script: string) => {
  const { history, bookings } = parseRun(script);
  return timelineOf(history, bookings);
};
const events = (script: string) =>
  [...jepsenLines(timeline(script))].map((line) => readEdn(line) as Record<string, unknown>);

describe('jepsen', () => {
  it('writes a known run as known', () => {
    expect([...jepsenLines(timeline(sample))].join('\n')).toMatchInlineSnapshot(`
      "{:index 0, :time 0, :type :invoke, :process 0, :f :assign, :value {:booking_id "abcdef01-0502-85e2-8d17-000000000001", :table_ids ["abcdef01-0302-85e2-8d17-000000000001" "abcdef01-0302-85e2-8d17-000000000002"], :idempotency_key "k", :require_adjacency false, :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z"}, :name "hot-table/p0#0"}
      {:index 1, :time 5000000, :type :invoke, :process 1, :f :assign, :value {:booking_id "abcdef01-0502-85e2-8d17-000000000002", :table_ids ["abcdef01-0302-85e2-8d17-000000000001"], :idempotency_key nil, :require_adjacency false, :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z"}, :name "hot-table/p1#1"}
      {:index 2, :time 10000000, :type :ok, :process 0, :f :assign, :value {:booking_id "abcdef01-0502-85e2-8d17-000000000001", :table_ids ["abcdef01-0302-85e2-8d17-000000000001" "abcdef01-0302-85e2-8d17-000000000002"], :idempotency_key "k", :require_adjacency false, :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z", :answer [{:table_id "abcdef01-0302-85e2-8d17-000000000001", :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z", :merge_group_id "00000000-0000-4000-8000-000000000099"} {:table_id "abcdef01-0302-85e2-8d17-000000000002", :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z", :merge_group_id "00000000-0000-4000-8000-000000000099"}]}, :name "hot-table/p0#0"}
      {:index 3, :time 10000000, :type :invoke, :process 0, :f :unassign, :value {:booking_id "abcdef01-0502-85e2-8d17-000000000001", :table_ids ["abcdef01-0302-85e2-8d17-000000000001"]}, :name "hot-table/p0#2"}
      {:index 4, :time 10000000, :type :ok, :process 0, :f :unassign, :value {:booking_id "abcdef01-0502-85e2-8d17-000000000001", :table_ids ["abcdef01-0302-85e2-8d17-000000000001"], :answer ["abcdef01-0302-85e2-8d17-000000000001"]}, :name "hot-table/p0#2"}
      {:index 5, :time 20000000, :type :fail, :process 1, :f :assign, :value {:booking_id "abcdef01-0502-85e2-8d17-000000000002", :table_ids ["abcdef01-0302-85e2-8d17-000000000001"], :idempotency_key nil, :require_adjacency false, :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z"}, :error [:conflict "P0001" "P0001 overlap"], :name "hot-table/p1#1"}
      {:index 6, :time 30000000, :type :invoke, :process 2, :f :hold, :value {:hold_id "abcdef01-0602-85e2-8d17-000000000001", :booking_id nil, :table_ids ["abcdef01-0302-85e2-8d17-000000000001"], :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z", :expires_at "2026-06-01T12:05:00.000Z"}, :name "east/p0#3"}
      {:index 7, :time 40000000, :type :info, :process 2, :f :hold, :value {:hold_id "abcdef01-0602-85e2-8d17-000000000001", :booking_id nil, :table_ids ["abcdef01-0302-85e2-8d17-000000000001"], :start_at "2026-06-01T12:01:00.000Z", :end_at "2026-06-01T12:02:00.000Z", :expires_at "2026-06-01T12:05:00.000Z"}, :error [:connection "k6-1050" "info"], :name "east/p0#3"}
      {:index 8, :time 50000000, :type :invoke, :process 1, :f :status, :value {:table_ids ["abcdef01-0302-85e2-8d17-000000000001"]}, :name "hot-table/p1#4"}
      {:index 9, :time 60000000, :type :ok, :process 1, :f :status, :value {:table_ids ["abcdef01-0302-85e2-8d17-000000000001"], :answer {"abcdef01-0302-85e2-8d17-000000000001" "reserved"}}, :name "hot-table/p1#4"}"
    `);
  });

  it('has an invocation and a completion for each call, each process one after the other', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const script = scriptOf(simulate(seed, sizes['many calls']));
      const { operations } = parseRun(script).history;
      const history = events(script);
      expect(history).toHaveLength(2 * operations.length);
      const open = new Map<unknown, unknown>();
      for (const [index, event] of history.entries()) {
        expect(event[':index']).toBe(index);
        const name = open.get(event[':process']);
        if (event[':type'] === ':invoke') {
          expect(name).toBeUndefined();
          open.set(event[':process'], event[':name']);
        } else {
          expect(event[':name']).toBe(name);
          open.delete(event[':process']);
        }
      }
      expect(open.size).toBe(0);
      for (const type of ['ok', 'fail', 'info']) {
        const count = operations.filter((each) => each.type === type).length;
        expect(history.filter((event) => event[':type'] === `:${type}`)).toHaveLength(count);
      }
    }
  });

  it('has faults as operations of the nemesis, where they happened', () => {
    const { history } = parseRun(sample);
    const wall = [...history.anchors.values()].map(({ wall_ms }) => wall_ms);
    const at = (ms: number) => new Date(Math.min(...wall) + ms).toISOString();
    const fault = {
      v: 1,
      run: 'abcdef01',
      scenario: 'hot-table',
      kind: 'pause',
      hit: null,
      problem: null,
    } as const;
    const faults = timedFaults(history, [
      { ...fault, began_at: at(15), ended_at: at(25) },
      { ...fault, began_at: null, ended_at: null },
    ]);
    const lines = [...jepsenLines(timeline(sample), faults)];
    const nemesis = lines.filter((line) => line.includes(':process :nemesis'));
    expect(nemesis).toEqual([
      '{:index 5, :time 15000000, :type :info, :process :nemesis, :f :pause, :value :begin}',
      '{:index 7, :time 25000000, :type :info, :process :nemesis, :f :pause, :value {:end true, :hit nil}}',
    ]);
    expect(lines).toHaveLength(12);
  });

  it('writes EDN, whatever the record holds', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 4 }), (operations) => {
        const history = { operations, anchors: new Map(), incomplete: new Map(), warnings: [] };
        const lines = [...jepsenLines(timelineOf(history, new Map()))];
        const inputs = lines
          .map((line) => readEdn(line) as Record<string, unknown>)
          .filter((event) => event[':type'] === ':invoke')
          .map((event) => event[':value']);
        const keyed = (value: unknown): unknown => readEdn(edn(value));
        expect(inputs).toHaveLength(operations.length);
        for (const { input } of operations) expect(inputs).toContainEqual(keyed(input));
      }),
      { numRuns: 200 },
    );
  });
});

describe('porcupine-json', () => {
  it('writes a known run as known', () => {
    expect([...porcupineLines(timeline(sample))].join('\n')).toMatchInlineSnapshot(`
      "[
      {"clientId":0,"input":{"f":"assign","booking_id":"abcdef01-0502-85e2-8d17-000000000001","table_ids":["abcdef01-0302-85e2-8d17-000000000001","abcdef01-0302-85e2-8d17-000000000002"],"idempotency_key":"k","require_adjacency":false,"start_at":"2026-06-01T12:01:00.000Z","end_at":"2026-06-01T12:02:00.000Z"},"call":0,"output":{"type":"ok","class":"ok","code":null,"value":[{"table_id":"abcdef01-0302-85e2-8d17-000000000001","start_at":"2026-06-01T12:01:00.000Z","end_at":"2026-06-01T12:02:00.000Z","merge_group_id":"00000000-0000-4000-8000-000000000099"},{"table_id":"abcdef01-0302-85e2-8d17-000000000002","start_at":"2026-06-01T12:01:00.000Z","end_at":"2026-06-01T12:02:00.000Z","merge_group_id":"00000000-0000-4000-8000-000000000099"}]},"return":10000000,"name":"hot-table/p0#0"},
      {"clientId":1,"input":{"f":"assign","booking_id":"abcdef01-0502-85e2-8d17-000000000002","table_ids":["abcdef01-0302-85e2-8d17-000000000001"],"idempotency_key":null,"require_adjacency":false,"start_at":"2026-06-01T12:01:00.000Z","end_at":"2026-06-01T12:02:00.000Z"},"call":5000000,"output":{"type":"fail","class":"conflict","code":"P0001","value":{"message":"P0001 overlap","details":null,"hint":null}},"return":20000000,"name":"hot-table/p1#1"},
      {"clientId":0,"input":{"f":"unassign","booking_id":"abcdef01-0502-85e2-8d17-000000000001","table_ids":["abcdef01-0302-85e2-8d17-000000000001"]},"call":10000000,"output":{"type":"ok","class":"ok","code":null,"value":["abcdef01-0302-85e2-8d17-000000000001"]},"return":10000000,"name":"hot-table/p0#2"},
      {"clientId":2,"input":{"f":"hold","hold_id":"abcdef01-0602-85e2-8d17-000000000001","booking_id":null,"table_ids":["abcdef01-0302-85e2-8d17-000000000001"],"start_at":"2026-06-01T12:01:00.000Z","end_at":"2026-06-01T12:02:00.000Z","expires_at":"2026-06-01T12:05:00.000Z"},"call":30000000,"output":{"type":"info","class":"connection","code":"k6-1050","value":{"message":"info","details":null,"hint":null}},"return":60000001,"name":"east/p0#3"},
      {"clientId":1,"input":{"f":"status","table_ids":["abcdef01-0302-85e2-8d17-000000000001"]},"call":50000000,"output":{"type":"ok","class":"ok","code":null,"value":{"abcdef01-0302-85e2-8d17-000000000001":"reserved"}},"return":60000000,"name":"hot-table/p1#4"}
      ]"
    `);
  });

  it('has every operation once, and lets unknown ones return last', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const script = scriptOf(simulate(seed, sizes['many calls']));
      const { operations } = parseRun(script).history;
      const written = JSON.parse([...porcupineLines(timeline(script))].join('\n')) as {
        call: number;
        return: number;
        output: { type: string };
        name: string;
      }[];
      expect(new Set(written.map(({ name }) => name)).size).toBe(operations.length);
      const last = Math.max(
        ...written.filter(({ output }) => output.type !== 'info').map((each) => each.return),
      );
      for (const each of written) {
        expect(each.call).toBeLessThanOrEqual(each.return);
        if (each.output.type === 'info') expect(each.return).toBeGreaterThan(last);
      }
    }
  });

  it('is an empty array for an empty run', () => {
    expect(JSON.parse([...porcupineLines([])].join('\n'))).toEqual([]);
  });
});
