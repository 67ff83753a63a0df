// Started by lifecycle.test.ts, to be killed.
import { spawn } from 'node:child_process';
import { startEmbedded } from '../../../target/embedded.ts';

const target = await startEmbedded();
// Stands for k6: another child that must not outlive us.
const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
target.superviseProcess(child.pid as number);
const processes = { ...target.processes, child: child.pid };
process.stdout.write(`${JSON.stringify({ processes, folder: target.folder })}\n`);
setInterval(() => {}, 1_000);
