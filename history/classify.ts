import type { OperationType, ResultClass } from './operation.ts';

/** An answer as the load generator saw it. */
export interface Answer {
  /** HTTP status, 0 without an answer. */
  http: number;
  /** `code` of the JSON body; null when the body is not PostgREST's. */
  code: string | null;
  message: string;
  /** The call only reads: a lost answer then leaves nothing in doubt. */
  readOnly: boolean;
}

export interface Classification {
  class: ResultClass;
  type: OperationType;
}

const refusals = new Set(['22000', '22023', '23503', '23514', 'P0002', 'P0003']);
const transients = new Set(['40P01', '40001', '55P03', '57014']);
const overloads = new Set(['PGRST003', '53300', '53400']);
const setups = new Set(['PGRST106', 'PGRST202', 'PGRST203', 'PGRST301', 'PGRST302', 'PGRST303', '42501']);
const overloadStatus = new Set([429, 502, 503, 504, 522, 523, 524]);

/**
 * Says what an answer means. The HTTP status alone misleads (PostgREST gives 500 for both a deadlock and an unknown
 * booking), so the body's code decides where there is one; a status decides only for answers that a gateway made.
 * A gateway's 502 to 504 on a write is `info`: the write may have happened.
 */
export function classify(answer: Answer): Classification {
  const { http, code, message, readOnly } = answer;
  const lost: OperationType = readOnly ? 'fail' : 'info';
  if (code === null && http >= 200 && http < 300) return { class: 'ok', type: 'ok' };
  // PostgREST 12 (HTTP 400), when the connection to the database dies under a statement: libpq knows no SQLSTATE then.
  if (code === '') return { class: 'connection', type: lost };
  // SQLSTATEs are PostgreSQL's codes, PGRSTnnn PostgREST's; any other code is a gateway's, and says nothing to us.
  if (code === null || !/^([0-9A-Z]{5}|PGRST.*)$/.test(code)) return classifyStatus(http, lost);
  if (code === 'P0001') {
    if (isConflictMessage(message)) return { class: 'conflict', type: 'fail' };
    return /capacity_exceeded/i.test(message)
      ? { class: 'refusal', type: 'fail' }
      : { class: 'unexpected', type: 'fail' };
  }
  if (code === '23P01' || code === '23505') return { class: 'conflict', type: 'fail' };
  if (refusals.has(code)) return { class: 'refusal', type: 'fail' };
  if (transients.has(code)) return { class: 'transient', type: 'fail' };
  if (overloads.has(code)) return { class: 'overload', type: 'fail' };
  if (setups.has(code)) return { class: 'setup', type: 'fail' };
  if (/^(PGRST00[0-2]|57P0[1-3]|08...)$/.test(code)) return { class: 'connection', type: lost };
  // Any other SQLSTATE is an error that PostgreSQL raised, and an error rolls the transaction back.
  return { class: 'unexpected', type: 'fail' };
}

function classifyStatus(http: number, lost: OperationType): Classification {
  if (http === 429) return { class: 'overload', type: 'fail' };
  if (overloadStatus.has(http)) return { class: 'overload', type: lost };
  if (http === 401 || http === 403) return { class: 'setup', type: 'fail' };
  if (http === 0) return { class: 'connection', type: lost };
  return { class: 'unexpected', type: lost };
}

/** Whether a P0001 message speaks of another claim on the table: an allocation or a hold. */
export function isConflictMessage(message: string): boolean {
  return /allocations_no_overlap|hold[ _-]?conflict|conflict\w*\b.*\bholds?\b|\bheld\b|\bon hold\b/i.test(
    message,
  );
}
