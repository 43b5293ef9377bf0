// Runs inside of a worker thread, as Lambda's runtime does inside of a function: loads the handler once, and calls it
// for one event after the other. Plain JavaScript, since no loader for TypeScript is to be in the function's way.
import console from 'node:console';
import { Module } from 'node:module';
import { dirname } from 'node:path';
import process from 'node:process';
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

const { code, filename, exportName, configuration } = workerData;

process.setSourceMapsEnabled(true);

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
  stream.write = (text) => {
    log(undefined, String(text).replace(/\n$/, ''));
    return true;
  };
}

function log(level, text) {
  parentPort.postMessage({ log: [requestId, level, text].filter(Boolean).join(' ') });
}

function load() {
  const module = new Module(filename);
  module.filename = filename;
  module.paths = Module._nodeModulePaths(dirname(filename));
  module._compile(code, filename);
  return module.exports[exportName];
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
    const result = handler(JSON.parse(event), context, (error, answer) => {
      if (error === undefined || error === null) {
        resolve(answer);
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

const handler = load();

parentPort.on('message', async (invocation) => {
  requestId = invocation.requestId;
  try {
    if (typeof handler !== 'function') {
      throw new TypeError(`${filename} does not export ${exportName}`);
    }
    parentPort.postMessage({ result: JSON.stringify(await call(invocation)) ?? 'null' });
  } catch (error) {
    log('ERROR', format(error).replaceAll(ownFrames, ''));
    parentPort.postMessage({ failure: error instanceof Error ? error.message : format(error) });
  }
});
parentPort.postMessage({ ready: true });
