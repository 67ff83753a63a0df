import { scriptedScenario } from './lib/scripted.ts';

/** Calls that are repeated under one key: at once, with another payload, after a lost answer, after an undo, after a move. */
const { options, setup, handleSummary, play } = scriptedScenario('idempotency');

export { handleSummary, options, setup };
export default play;
