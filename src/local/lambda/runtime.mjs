// Runs inside of a worker thread, as Lambda's runtime does inside of a function: loads the handler once, and calls it
// for one event after the other. Plain JavaScript, so that no TypeScript loader is in the function's way.
import { Buffer } from 'node:buffer';
import console from 'node:console';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { setInterval } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import workerThreads from 'node:worker_threads';

const { filename, isModule, exportName, configuration, port, unprinted, maxUnprinted } = workerThreads.workerData;

// A function at Lambda is not in a worker thread, and must not reach this one's port.
Object.assign(workerThreads, { isMainThread: true, parentPort: null, workerData: null });
syncBuiltinESMExports();
process.setSourceMapsEnabled(true);

// The process of this thread is `npm start`: a function that ends its process ends this thread.
const { kill, pid: ownPid } = process;
process.kill = (pid, signal = 'SIGTERM') =>
  signal !== 0 && [0, ownPid, -ownPid].includes(Number(pid)) ? process.exit(128) : kill(pid, signal);

let requestId;

/** Lines of a stack trace that say nothing of the function. */
const ownFrames = /\n +at [^\n]*(?:runtime\.mjs|node:internal|new Promise)[^\n]*/g;

const levels = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' };
for (const [method, level] of Object.entries(levels)) {
  console[method] = (...values) => {
    log(level, format(...values));
  };
}
for (const stream of [process.stdout, process.stderr]) {
  stream._write = (chunk, encoding, done) => {
    const text = typeof chunk === 'string' ? Buffer.from(chunk, encoding).toString() : chunk.toString();
    log(undefined, text.replace(/\n$/, ''));
    done();
  };
  stream._writev = undefined;
}

/** Writes to the log, and waits while too much of it is not printed. */
function log(level, text) {
  port.postMessage({ log: [requestId, level, text].filter(Boolean).join(' ') });
  for (let count = Atomics.add(unprinted, 0, 1) + 1; count >= maxUnprinted; count = Atomics.load(unprinted, 0)) {
    Atomics.wait(unprinted, 0, count, 1000);
  }
}

setFlagsFromString('--expose-gc');
const collectOnce = runInNewContext('gc');
/** Collects garbage. The second collection waits for the first to free buffers. */
const collectGarbage = () => (collectOnce(), collectOnce());

/** Ends the function when it uses more memory than it has: the limits of a worker thread do not count buffers. */
function checkMemory(added = 0) {
  const isOver = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external + added > configuration.memorySize * 1024 * 1024;
  };
  if (isOver() && (collectGarbage(), isOver())) {
    log('ERROR', `Runtime.OutOfMemory: the function uses more than its ${configuration.memorySize} MB`);
    process.exit(137);
  }
}

setInterval(() => checkMemory(), 100).unref();
let unchecked = 0;
for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
  const allocate = Buffer[name];
  Buffer[name] = (size, ...values) => {
    unchecked += Number(size) || 0;
    if (unchecked > 1024 * 1024) {
      unchecked = 0;
      checkMemory(size);
    }
    return allocate(size, ...values);
  };
}

async function load() {
  try {
    const module = isModule ? await import(pathToFileURL(filename).href) : createRequire(filename)(filename);
    return exportName.split('.').reduce((exports, name) => exports?.[name], module);
  } catch (error) {
    if (error instanceof Error) {
      error.stack = error.stack.replaceAll(ownFrames, '');
    }
    throw error;
  }
}

async function call({ event, deadline }) {
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: configuration.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: configuration.arn,
    memoryLimitInMB: String(configuration.memorySize),
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  return new Promise((resolve, reject) => {
    const result = handler(JSON.parse(event), context, (error, response) => {
      if (error === undefined || error === null) {
        resolve(response);
      } else {
        reject(error);
      }
    });
    if (typeof result?.then === 'function') {
      result.then(resolve, reject);
    } else if (result !== undefined || handler.length < 3) {
      resolve(result);
    }
  });
}

const handler = await load();

port.on('message', async (invocation) => {
  requestId = invocation.requestId;
  try {
    if (typeof handler !== 'function') {
      throw new TypeError(`${filename} does not export ${exportName}`);
    }
    const result = await call(invocation);
    checkMemory();
    port.postMessage({ result: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    log('ERROR', format(error).replaceAll(ownFrames, ''));
    port.postMessage({ failure: error instanceof Error ? error.message : format(error) });
  }
});
port.postMessage({ ready: true });
