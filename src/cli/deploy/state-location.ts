import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

import { readDeletions, type StateJson } from '../../terraform/deployed-state';
import { type ResourceChange } from '../../terraform/plan-json';
import { readJson, type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { runTerraform, TerraformError } from './terraform';

/** The arguments of a backend, as in Terraform JSON. */
type BackendArguments = Readonly<Record<string, unknown>>;

/** A version of a state. */
export interface StateVersion {
  /** The same for all versions of one state. */
  readonly lineage: string;
  /** Grows with each version. */
  readonly serial: number;
  /** The state as terraform stores it. It contains secrets. */
  readonly text: string;
}

/** The location of a stack's state: a local file, or an object in an S3 bucket. */
export class StateLocation {
  private constructor(
    readonly backend: 'local' | 's3',
    private readonly backendArguments: BackendArguments,
  ) {}

  /** Returns where the settings put the state of a stack. */
  static of({ folder, terraform }: SynthesizedStack): StateLocation {
    const [[backend, backendArguments] = []] = Object.entries(terraform.terraform.backend ?? {});
    return StateLocation.from(backend, backendArguments, folder);
  }

  /**
   * Returns where terraform last found the state of a stack, or nothing when it has not run in this checkout.
   *
   * Terraform stores this when it initializes the folder of the stack.
   */
  static lastUsed({ folder }: SynthesizedStack): StateLocation | undefined {
    const file = initializedBackendFile(folder);
    if (!existsSync(file)) {
      return undefined;
    }
    const { backend } = readJson(file) as { backend?: { type: string; config: BackendArguments } };
    return backend && StateLocation.from(backend.type, backend.config, folder);
  }

  /** The local file of a stack, where the setting `state` is `local`. */
  static file(stack: string): StateLocation {
    return new StateLocation('local', { path: resolve(`terraform.${stack}.tfstate`) });
  }

  /** An object in a bucket. */
  static object(bucket: string, key: string, region: string): StateLocation {
    return new StateLocation('s3', { bucket, key, region });
  }

  private static from(backend: string | undefined, backendArguments: unknown, folder: string): StateLocation {
    const given = backendArguments as BackendArguments;
    return backend === 's3'
      ? new StateLocation('s3', given)
      : new StateLocation('local', { path: resolve(folder, String(given.path)) });
  }

  /** Whether terraform can use a folder that was initialized for the other location, without another init. */
  isInitializedAs({ backend, backendArguments }: StateLocation): boolean {
    return (
      backend === this.backend &&
      Object.entries(this.backendArguments).every(
        ([name, value]) => name === 'path' || backendArguments[name] === value,
      )
    );
  }

  /** Path of the file, or URL of the object. */
  get address(): string {
    const { path, bucket, key } = this.backendArguments as Readonly<Record<string, string>>;
    return this.backend === 'local' ? relative('', path!) : `s3://${bucket!}/${key!}`;
  }

  /** Region of the bucket. A file has none. */
  get region(): string | undefined {
    return this.backendArguments.region as string | undefined;
  }

  /** Whether there can be a state. True for every bucket, because only a call to AWS can tell. */
  mayExist(): boolean {
    // A terraform process that was killed can leave an empty file.
    return this.backend === 's3' || (existsSync(this.address) && statSync(this.address).size > 0);
  }

  /**
   * Reads the state.
   *
   * @returns nothing when there is none
   * @throws {TerraformError} when the backend cannot be reached
   */
  read(): Promise<StateVersion | undefined> {
    return this.inFolder(async (folder) => {
      const text = await this.run(folder, 'state', 'pull');
      const state = text.trim() === '' ? undefined : (JSON.parse(text) as Partial<StateVersion>);
      // If there is no state, terraform can return an empty one without a lineage.
      return state?.lineage ? { lineage: state.lineage, serial: state.serial!, text } : undefined;
    });
  }

  /**
   * Writes a state to a location that has none.
   *
   * @throws {TerraformError} when the backend cannot be reached, or has another state
   */
  async write({ text }: StateVersion): Promise<void> {
    await this.inFolder(async (folder) => {
      writeFileSync(join(folder, 'moved.tfstate'), text, { mode: 0o600 });
      await this.run(folder, 'state', 'push', 'moved.tfstate');
    });
  }

  /** Runs terraform in a temporary folder that has only this backend. Only the user can read the folder. */
  private async inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'terraform-state-'));
    try {
      const backend = { [this.backend]: this.backendArguments };
      writeFileSync(join(folder, 'backend.tf.json'), JSON.stringify({ terraform: { backend } }));
      await this.run(folder, 'init', '-input=false');
      return await use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private async run(folder: string, ...args: readonly string[]): Promise<string> {
    const { status, stdout, output } = await runTerraform(folder, [...args, '-no-color']);
    if (status !== 0) {
      throw new TerraformError(`${this.address}: ${output.trim()}`);
    }
    return stdout;
  }
}

/**
 * Lists the resources in the state of a stack, each as a change that deletes it.
 *
 * @throws {TerraformError} when the backend cannot be reached
 */
export async function readDeployed({ folder }: SynthesizedStack): Promise<ResourceChange[]> {
  const { status, stdout, output } = await runTerraform(folder, ['state', 'pull']);
  if (status !== 0) {
    throw new TerraformError(output);
  }
  return stdout.trim() === '' ? [] : readDeletions(JSON.parse(stdout) as StateJson);
}

/** Makes terraform initialize the folder of a stack again, with the backend that the settings have now. */
export function forgetInitializedBackend({ folder }: SynthesizedStack): void {
  rmSync(initializedBackendFile(folder), { force: true });
}

function initializedBackendFile(folder: string): string {
  return join(folder, '.terraform', 'terraform.tfstate');
}

/**
 * Returns the location of a state that a change of the setting `state` has left behind.
 *
 * A deploy would not find it, and would create every resource a second time.
 */
export function findUnmovedState(stack: SynthesizedStack): StateLocation | undefined {
  const location = StateLocation.of(stack);
  const lastUsed = StateLocation.lastUsed(stack);
  const candidates = [lastUsed, StateLocation.file(stack.name)];
  const unmoved = candidates.find((candidate) => candidate?.address !== location.address && candidate?.mayExist());
  if (!unmoved && lastUsed && !location.isInitializedAs(lastUsed)) {
    forgetInitializedBackend(stack);
  }
  return unmoved;
}
