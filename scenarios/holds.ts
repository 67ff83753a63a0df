import { scriptedScenario } from './lib/scripted.ts';

/** Hosts' holds and assignments want the same tables: against each other, across expiry, and confirmed. */
const { options, setup, handleSummary, play } = scriptedScenario('holds');

export { handleSummary, options, setup };
export default play;
