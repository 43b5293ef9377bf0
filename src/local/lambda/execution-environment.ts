import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

import { credentialVariables } from './aws-profile';
import { type FunctionConfiguration } from './function-configuration';

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  /** The event, as JSON. */
  readonly event: string;
}

/** A call without a result: the handler threw, timed out, or ended its process. */
export class FunctionError extends Error {}

/** Log messages after which a function waits until some are printed. */
const maxUnprinted = 100;

/** A message of the runtime. */
interface RuntimeMessage {
  readonly ready?: true;
  readonly log?: string;
  /** What the handler returned, as JSON. */
  readonly result?: string;
  readonly failure?: string;
}

/**
 * An execution environment of a function: a thread with only the function's environment variables.
 *
 * As on Lambda, it handles one event at a time, and keeps the module of the handler in memory for the next one.
 */
export class ExecutionEnvironment {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private readonly started: Promise<void>;
  private settle: ((error: Error | undefined, result: string) => void) | undefined;
  private ended: Error | undefined;

  /**
   * @param folder the one with the files of the package
   * @param log receives the log of the function
   * @param options.profile the AWS profile whose credentials the function has
   * @param options.initTimeout time in which the module of the handler must load, in milliseconds
   */
  constructor(
    private readonly configuration: FunctionConfiguration,
    folder: string,
    private readonly log: (message: string) => void,
    {
      profile,
      initTimeout = 10_000,
    }: { readonly profile?: string | undefined; readonly initTimeout?: number | undefined } = {},
  ) {
    const { functionName, arn, memorySize } = configuration;
    const { module, isModule, exportName } = configuration.package;
    // A separate port: a handler can post to the port of its worker thread.
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    // The number of log messages that are not printed. At the maximum, the function waits.
    const unprinted = new Int32Array(new SharedArrayBuffer(4));
    this.worker = new Worker(join(__dirname, 'runtime.mjs'), {
      workerData: {
        ...{ filename: join(folder, module), isModule, exportName, configuration: { functionName, arn, memorySize } },
        ...{ port: port2, unprinted, maxUnprinted },
      },
      transferList: [port2],
      env: { ...environmentOf(configuration, profile), LAMBDA_TASK_ROOT: folder },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memorySize },
    });
    let onStarted: () => void;
    this.started = new Promise((resolve) => (onStarted = resolve));
    const timer = setTimeout(() => {
      this.log(`${functionName} Init timed out after ${(initTimeout / 1000).toFixed(2)} seconds`);
      void this.close(new FunctionError('Init timed out'));
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

  /** Whether it can handle another event. */
  get isUsable(): boolean {
    return this.ended === undefined;
  }

  /**
   * Runs the handler for one event, and returns what it returned, as JSON.
   *
   * @throws {FunctionError} when the function fails or times out; a timeout ends the thread
   */
  async invoke({ requestId, event }: Invocation): Promise<string> {
    // The timeout does not include the start.
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
      void this.close(new FunctionError('Task timed out'));
    }, timeout * 1000);
    this.port.postMessage({ requestId, event, deadline: Date.now() + timeout * 1000 });
    try {
      return await result;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the thread and its current call. Returns when the thread has ended. */
  async close(reason: Error = new FunctionError('the function was removed')): Promise<void> {
    this.end(reason);
    await this.worker.terminate();
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
 * Returns the environment variables of a function: its own, and those of Lambda, with the credentials of a profile.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
function environmentOf(
  { functionName, memorySize, region, runtime, variables }: FunctionConfiguration,
  profile: string | undefined,
): NodeJS.ProcessEnv {
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
    AWS_EC2_METADATA_DISABLED: 'true',
    ...credentialVariables(profile),
  };
}
