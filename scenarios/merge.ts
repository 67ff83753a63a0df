import { scriptedScenario } from './lib/scripted.ts';

/** Overlapping sets of tables, named in opposing orders, given back in part and taken again. */
const { options, setup, handleSummary, play } = scriptedScenario('merge');

export { handleSummary, options, setup };
export default play;
