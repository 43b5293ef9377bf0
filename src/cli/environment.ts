import { join } from 'node:path';

import { closest } from 'fastest-levenshtein';

import { isObject } from '../rules/rule';
import { readCdktfJson, SettingsError } from '../settings/cdktf-json';
import { fail } from './command-line';

/** The option of every command that works on one environment. */
export const environmentOption = { environment: { type: 'string' } } as const;

interface EnvironmentOption {
  readonly environment?: string | undefined;
}

/** The environment that a command works on: one of `context.environments`, or the default environment. */
export class SelectedEnvironment {
  private constructor(
    /** Undefined for the default environment. */
    readonly name: string | undefined,
    private readonly allNames: readonly string[],
  ) {}

  /** Reads the option `--environment`. Ends the program if cdktf.json has no environment of that name. */
  static read(options: EnvironmentOption): SelectedEnvironment {
    try {
      return SelectedEnvironment.find(options);
    } catch (error) {
      throw error instanceof SettingsError ? fail(error.message) : error;
    }
  }

  /** Reads the option as well. @throws {SettingsError} instead of ending the program */
  static find({ environment: name }: EnvironmentOption): SelectedEnvironment {
    const names = readEnvironmentNames();
    if (name !== undefined && !names.includes(name)) {
      throw new SettingsError(
        names.length === 0
          ? `Unknown environment ${JSON.stringify(name)}: context.environments in cdktf.json is empty.`
          : `Unknown environment ${JSON.stringify(name)} (did you mean ${JSON.stringify(closest(name, names))}?); allowed: ${names.join(', ')}. ` +
              'Without --environment, a command uses the default environment.',
      );
    }
    return new SelectedEnvironment(name, names);
  }

  /** What messages call it: `the environment staging`. */
  get title(): string {
    return this.name === undefined ? 'the default environment' : `the environment ${this.name}`;
  }

  /** What follows the name of a script in the commands that a message shows: ` -- --environment staging`. */
  get scriptOption(): string {
    return this.name === undefined ? '' : ` -- --environment ${this.name}`;
  }

  /** The file to which a deploy writes the outputs. */
  get outputsFile(): string {
    return this.name === undefined ? 'outputs.json' : `outputs.${this.name}.json`;
  }

  /** The file that has the outputs of the local services while they run. */
  get localOutputsFile(): string {
    return join(process.env.CDKTF_OUTDIR ?? 'cdktf.out', `local-${this.outputsFile}`);
  }

  /**
   * Returns the stacks of this environment: those whose names end in its name.
   *
   * A stack that ends in the name of no environment belongs to the default environment.
   */
  stacksOf<Stack extends { readonly name: string }>(stacks: readonly Stack[]): Stack[] {
    return stacks.filter(({ name: stack }) => {
      const owners = this.allNames.filter((name) => stack.endsWith(`-${name}`));
      // `CognitoStack-eu-staging` is a stack of `eu-staging`, and not of `staging`.
      const [owner] = owners.sort((one, other) => other.length - one.length);
      return owner === this.name;
    });
  }
}

/** Lists the names of the environments in cdktf.json, except for the default environment. */
function readEnvironmentNames(): string[] {
  const { environments } = readCdktfJson('cdktf.json');
  return isObject(environments) ? Object.keys(environments) : [];
}
