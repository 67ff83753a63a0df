import path from 'node:path';
import { type StatusMatrix, type StatusObservation, tableStatuses } from '../../contracts/status-matrix.ts';
import { unobserved } from '../../status-matrix/judge.ts';
import { groupsOf, tallyOf } from '../../status-matrix/tally.ts';
import { paint } from '../terminal.ts';

/** Listed of each kind; status-matrix.json has the rest. */
const MOST = 6;
const LABEL = 22;
const COLUMN = 16;

const styles = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;

export interface MatrixView {
  matrix: StatusMatrix;
  /** The file that holds all of it, and scripts of what differs. */
  file: string;
  scripts: readonly string[];
  /** The command that was given, without the program's name. */
  command: readonly string[];
  colour: boolean;
}

/** The result on one screen: the variant, the cases by previous status, what differs, and what to do. */
export function renderMatrix(view: MatrixView): string {
  const { matrix, colour } = view;
  const { observations, variant, verdict, notes } = matrix;
  const label = paint(['bold', styles[verdict]], verdict.toUpperCase(), colour);
  const differing = observations.filter(({ outcome }) => outcome === 'differs');
  const impossible = observations.filter(({ outcome }) => outcome === 'not possible');
  const open = unobserved(observations);
  return [
    '',
    `${label}  ${variant?.text ?? 'nothing was observed'}`,
    '',
    ...table(observations, colour),
    '',
    ...listed(differing, (each) => paint('red', `  ✖ ${describe(each)}`, colour)),
    ...listed(open, (each) => paint('yellow', `  ? ${nameOf(each)}: ${clip(each.reason ?? '')}`, colour)),
    ...whyImpossible(impossible),
    ...notes.map((note) => paint('yellow', `  ! ${clip(note)}`, colour)),
    ...nextSteps(view).map((step) => `  → ${step}`),
    `  all of it: ${path.relative(process.cwd(), view.file)}`,
    '',
  ].join('\n');
}

function table(observations: readonly StatusObservation[], colour: boolean): string[] {
  const head = tableStatuses.map((status) => status.padStart(COLUMN)).join('');
  const rows = groupsOf(observations).map((group) => {
    const cells = tableStatuses.map((previous) => {
      const { agreeing, observed, differs, missing } = tallyOf(observations, group, previous);
      const text =
        observed > 0 ? `${agreeing}/${observed}` : missing === 'not possible' ? 'not possible' : '?';
      const cell = `${differs ? '✖ ' : ''}${text}`.padStart(COLUMN);
      return differs ? paint('red', cell, colour) : observed === 0 ? paint('yellow', cell, colour) : cell;
    });
    return `  ${group.padEnd(LABEL)}${cells.join('')}`;
  });
  return [`  ${'agrees, after status'.padEnd(LABEL)}${head}`, ...rows];
}

/** `to-come, previous status available: stored reserved, the rule gives available`. */
function describe(each: StatusObservation): string {
  const { expected, stored, reason, moment } = each;
  const got = stored === null ? (reason ?? 'nothing was stored') : `stored ${stored}`;
  const when = moment === null ? '' : `, at ${moment} on the virtual clock`;
  return `${nameOf(each)}: ${clip(got)}, the rule gives ${expected.join(' or ')}${when}`;
}

const nameOf = ({ case: id, previous }: StatusObservation): string => `${id}, previous status ${previous}`;

function listed(
  observations: readonly StatusObservation[],
  line: (each: StatusObservation) => string,
): string[] {
  const more = observations.length - MOST;
  return [
    ...observations.slice(0, MOST).map(line),
    ...(more > 0 ? [`    and ${more} more in status-matrix.json`] : []),
  ];
}

function whyImpossible(impossible: readonly StatusObservation[]): string[] {
  const [first] = impossible;
  if (first === undefined) return [];
  const cases = [...new Set(impossible.map(({ case: id }) => id))];
  return [`  not possible here, and not passed: ${cases.join(', ')} (${clip(first.reason ?? '', 70)})`];
}

function nextSteps({ matrix, scripts, command }: MatrixView): string[] {
  const again = `npm run stress -- ${command.join(' ')}`;
  const [first] = scripts;
  if (matrix.verdict === 'fail' && first !== undefined) {
    const which = scripts.length === 1 ? 'the script' : `one of ${scripts.length} scripts`;
    return [
      `see it with ${which}, which changes nothing: psql DATABASE_URL -f ${path.relative(process.cwd(), first)}`,
      `correct it, then: ${again}`,
    ];
  }
  if (matrix.verdict === 'unknown') {
    return [`remove what is named above, then: ${again}; what was not observed has not passed`];
  }
  return ['how stale a stored status gets between two refreshes: npm run stress -- run window-boundary'];
}

function clip(text: string, length = 150): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
