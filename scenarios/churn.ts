import { scriptedScenario } from './lib/scripted.ts';

/** Few tables in one evening, taken, moved, given back and cancelled again and again, without a pause. */
const { options, setup, handleSummary, play } = scriptedScenario('churn');

export { handleSummary, options, setup };
export default play;
