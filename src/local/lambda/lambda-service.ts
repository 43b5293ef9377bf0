import { createHash } from 'node:crypto';

import { ExecutionEnvironment, FunctionError, type Invocation } from './execution-environment';
import { type FunctionConfiguration } from './function-configuration';
import { extractPackage, PackageError, removePackage } from './function-package';

/** Most execution environments of one function; further calls wait for one of them. */
const maxConcurrency = 8;

/** Runs functions, as Lambda does: in one execution environment for each concurrent call. */
export class LambdaService {
  private readonly functions = new Map<string, LambdaFunction>();

  /**
   * @param log receives the logs of the functions
   * @param profile the AWS profile whose credentials the functions have
   */
  constructor(
    private readonly log: (message: string) => void,
    private readonly profile?: string,
  ) {}

  /** Returns the function of a configuration. An unchanged function keeps its execution environments. */
  function(configuration: FunctionConfiguration): LambdaFunction {
    const key = createHash('sha256').update(JSON.stringify(configuration)).digest('hex');
    const known = this.functions.get(key) ?? new LambdaFunction(configuration, this.log, this.profile);
    this.functions.set(key, known);
    return known;
  }

  /** Ends the functions that are not among these. */
  closeAllExcept(functions: readonly LambdaFunction[]): void {
    for (const [key, each] of this.functions) {
      if (!functions.includes(each)) {
        this.functions.delete(key);
        each.close();
      }
    }
  }

  /** Ends all functions with their current calls. Returns when their threads have ended. */
  async stop(): Promise<void> {
    await Promise.all(Array.from(this.functions.values(), (each) => each.stop()));
  }
}

/** A function that can be called. */
export class LambdaFunction {
  private readonly environments = new Set<ExecutionEnvironment>();
  private readonly idle: ExecutionEnvironment[] = [];
  private readonly waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  private isClosed = false;
  /** The folder of the package. Undefined until the first start. */
  private folder: string | undefined;

  constructor(
    readonly configuration: FunctionConfiguration,
    private readonly log: (message: string) => void,
    private readonly profile: string | undefined,
  ) {}

  /** Starts an execution environment, for which the first call then does not wait. */
  prepare(): void {
    if (this.environments.size === 0) {
      try {
        this.idle.push(this.start());
      } catch (error) {
        this.log((error as Error).message);
      }
    }
  }

  /**
   * Calls the function, and returns what its handler returned, as JSON.
   *
   * @throws {FunctionError} when the function fails
   */
  async invoke(invocation: Invocation): Promise<string> {
    const environment = await this.take();
    try {
      return await environment.invoke(invocation);
    } finally {
      this.giveBack(environment);
    }
  }

  /** Ends the execution environments, each after its current call. */
  close(): void {
    this.isClosed = true;
    const idle = this.idle.splice(0);
    const ended = Promise.all(idle.map((environment) => environment.close()));
    if (idle.length === this.environments.size) {
      void ended.then(() => this.removeFolder());
    }
  }

  /** Ends the execution environments with their current calls. Calls that wait for one get no response. */
  async stop(): Promise<void> {
    this.isClosed = true;
    this.waiting.length = 0;
    await Promise.all(Array.from(this.environments, (environment) => environment.close()));
    this.removeFolder();
  }

  private removeFolder(): void {
    if (this.folder !== undefined) {
      removePackage(this.folder);
    }
  }

  private take(): ExecutionEnvironment | Promise<ExecutionEnvironment> {
    for (let environment = this.idle.pop(); environment; environment = this.idle.pop()) {
      if (environment.isUsable) {
        return environment;
      }
      this.environments.delete(environment);
    }
    if (this.environments.size < maxConcurrency) {
      return this.start();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** @throws {FunctionError} when the package cannot be extracted */
  private start(): ExecutionEnvironment {
    const { configuration, log, profile } = this;
    try {
      this.folder ??= extractPackage(configuration.package);
    } catch (error) {
      throw error instanceof PackageError ? new FunctionError(error.message) : error;
    }
    const environment = new ExecutionEnvironment(configuration, this.folder, log, { profile });
    this.environments.add(environment);
    return environment;
  }

  private giveBack(environment: ExecutionEnvironment): void {
    const next = this.waiting.shift();
    if (!environment.isUsable) {
      this.environments.delete(environment);
      next?.(this.start());
    } else if (next) {
      next(environment);
    } else if (this.isClosed) {
      void environment.close();
    } else {
      this.idle.push(environment);
    }
  }
}
