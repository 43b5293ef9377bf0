import { devNull } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

import { type FunctionConfiguration } from './function-configuration';

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  /** The event, as JSON. */
  readonly event: string;
}

/** A call that ended without a result: the handler threw, ran out of time, or ended its process. */
export class FunctionError extends Error {}

/** How many messages of the log a function can be ahead. */
const maxUnprinted = 100;

/** What the runtime says. */
interface RuntimeMessage {
  readonly ready?: true;
  readonly log?: string;
  /** What the handler returned, as JSON. */
  readonly result?: string;
  readonly failure?: string;
}

/**
 * A place in which a function runs: a thread with the function's environment variables and no others.
 *
 * As at Lambda, it has one event at a time, and keeps what the handler's module has in memory for the next.
 */
export class ExecutionEnvironment {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private readonly started: Promise<void>;
  private settle: ((error: Error | undefined, result: string) => void) | undefined;
  private ended: Error | undefined;

  /**
   * @param log takes what the function writes to its log
   * @param initTimeout how long the module of the handler may take to load, in milliseconds
   */
  constructor(
    private readonly configuration: FunctionConfiguration,
    private readonly log: (message: string) => void,
    initTimeout = 10_000,
  ) {
    const { code, filename, exportName, functionName, arn, memorySize } = configuration;
    // A port of its own: a handler can post to that of its worker thread.
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    // Counts the messages of the log that are not printed. The function waits while there are too many of them.
    const unprinted = new Int32Array(new SharedArrayBuffer(4));
    this.worker = new Worker(join(__dirname, 'runtime.mjs'), {
      workerData: {
        ...{ code, filename, exportName, configuration: { functionName, arn, memorySize } },
        ...{ port: port2, unprinted, maxUnprinted },
      },
      transferList: [port2],
      env: environmentOf(configuration),
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memorySize },
    });
    let onStarted: () => void;
    this.started = new Promise((resolve) => (onStarted = resolve));
    const timer = setTimeout(() => {
      this.log(`${functionName} Init timed out after ${(initTimeout / 1000).toFixed(2)} seconds`);
      this.close(new FunctionError('Init timed out'));
    }, initTimeout);
    const receive = ({ ready, log: text, result, failure }: RuntimeMessage) => {
      if (ready) {
        clearTimeout(timer);
        onStarted();
      } else if (text !== undefined) {
        this.log(text);
        // Other work of this process comes first.
        setImmediate(() => {
          Atomics.sub(unprinted, 0, 1);
          Atomics.notify(unprinted, 0);
        });
      } else {
        this.finish(failure === undefined ? undefined : new FunctionError(failure), result ?? '');
      }
    };
    port1.on('message', receive);
    this.worker.on('error', (error) => {
      this.log(error.stack ?? error.message);
      this.end(new FunctionError(error.message));
    });
    this.worker.on('exit', (code) => {
      clearTimeout(timer);
      for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
        receive(last.message as RuntimeMessage);
      }
      onStarted();
      this.end(new FunctionError(`Runtime exited with exit status ${code}`));
    });
    // Does not keep the process running.
    this.worker.unref();
    port1.unref();
  }

  /** Whether another event can be given to it. */
  get isUsable(): boolean {
    return this.ended === undefined;
  }

  /**
   * Runs the handler for one event, and returns what it returned, as JSON.
   *
   * @throws {FunctionError} when the function fails; a handler that has run out of time is ended
   */
  async invoke({ requestId, event }: Invocation): Promise<string> {
    // The time for the start is not the handler's.
    await this.started;
    const { timeout } = this.configuration;
    const result = new Promise<string>((resolve, reject) => {
      this.settle = (error, value) => {
        if (error) {
          reject(error);
        } else {
          resolve(value);
        }
      };
      if (this.ended) {
        this.finish(this.ended, '');
      }
    });
    const timer = setTimeout(() => {
      this.log(`${requestId} Task timed out after ${timeout.toFixed(2)} seconds`);
      this.close(new FunctionError('Task timed out'));
    }, timeout * 1000);
    this.port.postMessage({ requestId, event, deadline: Date.now() + timeout * 1000 });
    try {
      return await result;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it, and the call that it is at. */
  close(reason: Error = new FunctionError('the function was removed')): void {
    this.end(reason);
    void this.worker.terminate();
  }

  private end(reason: Error): void {
    this.ended ??= reason;
    this.finish(this.ended, '');
  }

  private finish(error: Error | undefined, result: string): void {
    const { settle } = this;
    this.settle = undefined;
    settle?.(error, result);
  }
}

/**
 * Returns the environment variables of a function: its own, and those that Lambda sets, without credentials.
 *
 * What the AWS SDK would find on a developer's machine is hidden from it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
function environmentOf({
  functionName,
  memorySize,
  region,
  runtime,
  variables,
}: FunctionConfiguration): NodeJS.ProcessEnv {
  return {
    ...variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'localhost',
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: devNull,
  };
}
