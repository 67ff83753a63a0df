import { beforeAll, describe, expect, it } from 'vitest';
import { BEGIN_POINT, COMMIT_POINT, callText } from '../../../explore/cases/call-text.ts';
import { loadScanner } from '../../../sql/tokens.ts';

beforeAll(loadScanner);

const refresh = { f: 'refresh', input: { table_id: 'a' } } as const;

describe('a call', () => {
  it('of a function that yields needs no yield before it', () => {
    const text = callText('s', refresh, [], new Set(['refresh_table_status']));
    expect(text.enters).toBe('refresh_table_status');
    expect(text.before).not.toContain('yield');
    expect(text.after).toContain(`(${COMMIT_POINT})`);
  });

  it.each([
    ['of a function that does not', refresh],
    ['that is a statement', { f: 'sql', text: 'select 1 as body' } as const],
  ])('%s gets one: it may have to wait at once', (_, call) => {
    const text = callText('s', call, [], new Set(['assign_tables_atomic_v2']));
    expect(text.enters).toBeNull();
    expect(text.before).toContain(`(${BEGIN_POINT})`);
  });
});
