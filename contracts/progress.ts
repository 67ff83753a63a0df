/** Receives one short line of progress, without a newline. Called often; must return at once and never throw. */
export type Progress = (line: string) => void;

export const silent: Progress = () => {};
