import type { Element } from './well-formed.ts';

interface Rule {
  required: Record<string, RegExp>;
  optional?: Record<string, RegExp>;
  /** Children in their order; how often each may occur. */
  children: [name: string, least: number, most: number][];
  text?: boolean;
}

const any = /^[\s\S]*$/;
const token = /^\S(?:[\s\S]*\S)?$/;
const count = /^\d+$/;
const decimal = /^\d+(?:\.\d+)?$/;
const counts = { tests: count, failures: count, errors: count };
const problem: Rule = { required: { type: any }, optional: { message: any }, children: [], text: true };
const output: Rule = { required: {}, children: [], text: true };

/**
 * What the XML Schema of JUnit reports demands that Ant's and Jenkins' readers follow (JUnit.xsd by Windy Road, 2011), and
 * of `testsuites` and `skipped` what Jenkins adds to it.
 */
const rules: Record<string, Rule> = {
  testsuites: {
    required: {},
    optional: { name: any, time: decimal, ...counts },
    children: [['testsuite', 0, Number.POSITIVE_INFINITY]],
  },
  testsuite: {
    required: {
      name: token,
      package: token,
      id: count,
      hostname: token,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      time: decimal,
      ...counts,
    },
    optional: { skipped: count },
    children: [
      ['properties', 1, 1],
      ['testcase', 0, Number.POSITIVE_INFINITY],
      ['system-out', 1, 1],
      ['system-err', 1, 1],
    ],
  },
  properties: { required: {}, children: [['property', 0, Number.POSITIVE_INFINITY]] },
  property: { required: { name: token, value: any }, children: [] },
  testcase: {
    required: { name: token, classname: token, time: decimal },
    children: [
      ['skipped', 0, 1],
      ['error', 0, 1],
      ['failure', 0, 1],
    ],
  },
  skipped: { required: {}, optional: { message: any }, children: [], text: true },
  error: problem,
  failure: problem,
  'system-out': output,
  'system-err': output,
};

/** Everything in which a report differs from the schema, one sentence each. */
export function junitFaults(element: Element, place = element.name): string[] {
  const rule = rules[element.name];
  if (!rule) return [`${place}: no such element`];
  const { required, optional = {}, children, text = false } = rule;
  const own: string[] = [];
  for (const [name, value] of Object.entries(element.attributes)) {
    const type = required[name] ?? optional[name];
    if (!type) own.push(`${place}: no attribute ${name}`);
    else if (!type.test(value)) own.push(`${place}: ${name} is ${JSON.stringify(value)}`);
  }
  for (const name of Object.keys(required))
    if (!(name in element.attributes)) own.push(`${place}: lacks ${name}`);
  if (!text && element.text.trim() !== '') own.push(`${place}: has text`);
  const names = element.children.map(({ name }) => name);
  const order = children.flatMap(([name]) => names.filter((each) => each === name));
  if (order.join() !== names.join()) own.push(`${place}: order is ${names.join()}`);
  for (const [name, least, most] of children) {
    const found = names.filter((each) => each === name).length;
    if (found < least || found > most) own.push(`${place}: ${found} × ${name}`);
  }
  if (element.name === 'testsuite') own.push(...countFaults(element, place));
  return [...own, ...element.children.flatMap((child) => junitFaults(child, `${place}/${child.name}`))];
}

/** The numbers of a suite are those of its cases. */
function countFaults({ attributes, children }: Element, place: string): string[] {
  const cases = children.filter(({ name }) => name === 'testcase');
  const ended = (name: string): number =>
    cases.filter((each) => each.children.some((child) => child.name === name)).length;
  const real = {
    tests: cases.length,
    failures: ended('failure'),
    errors: ended('error'),
    skipped: ended('skipped'),
  };
  return Object.entries(real).flatMap(([name, number]) =>
    Number(attributes[name] ?? number) === number ? [] : [`${place}: ${name} is not ${number}`],
  );
}
