// Plain JavaScript, because a thread knows no TypeScript until this has run, whatever the process was started with.
import { register } from 'tsx/esm/api';

register();
await import('./entry.ts');
