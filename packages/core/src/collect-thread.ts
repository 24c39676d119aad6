import { parentPort, workerData } from 'node:worker_threads';

import { runThread } from './site/collect-threads.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
runThread(workerData, (message) => parentPort?.postMessage(message));
