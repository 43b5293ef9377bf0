import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';

import { JsonFile, JsonFileError } from '../../rules/json-file';
import { reasonOf } from '../../rules/system-error';
import { readSynthesizedStacks } from '../../terraform/synthesized-stacks';
import { PredictedState } from './predicted-state';
import { howToMake, readShowJson, ShowJsonError } from './show-json';
import { ShownState } from './shown-state';
import { combineStates, ifKnown, type TerraformState } from './terraform-state';

/** Files of other projects that can be served. A path is relative to the folder of this process. */
export interface StateFilePaths {
  /** JSON of plans, from `terraform show -json PLAN`. */
  readonly plan?: readonly string[];
  /** JSON of states, from `terraform show -json`. */
  readonly state?: readonly string[];
  /** Folders of synthesized stacks, such as `cdktf.out`. */
  readonly stacks?: readonly string[];
}

/** Files that cannot be read. The message has a line for each. */
export class StateFileError extends Error {}

/** The largest file that is read, in bytes. */
const maxBytes = 64 * 1024 * 1024;

/** Files of plans, states and synthesized stacks, which are served together. */
export class StateFiles {
  private last: { readonly text: string; readonly state: TerraformState } | undefined;
  /** The .zip files of the functions of the last read, which are read later. */
  packages: readonly string[] = [];

  /**
   * @param region the region of a plan whose provider takes it from the environment
   */
  constructor(
    private readonly paths: StateFilePaths,
    private readonly region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION,
  ) {}

  /**
   * Reads the files. Returns the same object as before when nothing has changed.
   *
   * @throws {StateFileError} when one of them cannot be read, or nothing in them can be served
   */
  read(): TerraformState {
    const problems: string[] = [];
    const states: TerraformState[] = [];
    const texts: string[] = [];
    const add = (read: () => { readonly text: string; readonly state: TerraformState }) => {
      try {
        const { text, state } = read();
        texts.push(text);
        states.push(state);
      } catch (error) {
        if (!(error instanceof ShowJsonError || error instanceof JsonFileError)) {
          throw error;
        }
        problems.push(error.message);
      }
    };
    const { plan: plans = [], state: ofStates = [], stacks = [] } = this.paths;
    const names = uniqueNames([...plans, ...ofStates]);
    for (const [index, file] of plans.entries()) {
      add(() => this.readFile(file, 'plan', names[index]!, index === 0 ? '' : `${index + 1}/`));
    }
    for (const [index, file] of ofStates.entries()) {
      add(() => this.readFile(file, 'state', names[plans.length + index]!, ''));
    }
    for (const folder of stacks) {
      add(() => readStacks(folder));
    }
    if (problems.length > 0) {
      throw new StateFileError(problems.join('\n'));
    }
    const state = combineStates(states);
    this.packages = packagesOf(state);
    const text = JSON.stringify([texts, this.packages.map(versionOf)]);
    if (this.last?.text !== text) {
      const types = state.types();
      if (!servedTypes.some((type) => types.includes(type))) {
        const files = [...plans, ...ofStates, ...stacks].join(', ');
        throw new StateFileError(`Nothing in ${files} can be served: there is no ${servedTypes.join(' and no ')}.`);
      }
      this.last = { text, state };
    }
    return this.last.state;
  }

  private readFile(file: string, kind: 'plan' | 'state', name: string, seed: string) {
    const json = readJsonFile(file, kind);
    const props = { name, folder: dirname(file), seed, region: this.region };
    return { text: JSON.stringify(json), state: new ShownState(readShowJson(json, kind, file), props) };
  }
}

/** One of these is needed. */
const servedTypes = ['aws_cognito_user_pool', 'aws_api_gateway_rest_api'];

function readJsonFile(file: string, kind: 'plan' | 'state'): unknown {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) {
    throw new ShowJsonError(`${file} has ${size} bytes: at most ${maxBytes} can be read.`);
  }
  try {
    return JsonFile.read(file).value;
  } catch (error) {
    throw error instanceof JsonFileError ? new ShowJsonError(reasonFor(file, kind) ?? error.message) : error;
  }
}

/** Says what a file is that is not JSON, or nothing if it is not known. */
function reasonFor(file: string, kind: 'plan' | 'state'): string | undefined {
  let start: string;
  try {
    start = readFileSync(file, 'latin1').slice(0, 100);
  } catch {
    return undefined;
  }
  if (start.startsWith('PK\u0003\u0004')) {
    return `${file} is a saved plan, which is not JSON: make its JSON with terraform show -json ${file} > plan.json.`;
  }
  if (start.startsWith('{"@level"')) {
    return `${file} is the log of terraform plan -json, and not a plan: ${howToMake.plan}.`;
  }
  if (/^(?:\xff\xfe|\xfe\xff)/.test(start)) {
    return `${file} is UTF-16, as PowerShell writes it: in PowerShell, ${howToMake[kind].replace('>', '| Out-File -Encoding utf8')}.`;
  }
  return undefined;
}

function readStacks(folder: string): { readonly text: string; readonly state: TerraformState } {
  let stacks;
  try {
    stacks = readSynthesizedStacks(folder);
  } catch (error) {
    throw new ShowJsonError(
      `${folder} has no synthesized stacks that can be read: ${reasonOf(error)}. It must be the folder that cdktf synth writes, which has manifest.json.`,
    );
  }
  return { text: JSON.stringify(stacks), state: new PredictedState(stacks) };
}

function packagesOf(state: TerraformState): string[] {
  return state.resources('aws_lambda_function').flatMap(({ attributes, folder = '.' }) => {
    const file = ifKnown(() => attributes.filename);
    return typeof file === 'string' ? [resolve(folder, file)] : [];
  });
}

/** Returns what changes when a file does. A file that cannot be read is reported where it is used. */
function versionOf(file: string): unknown {
  try {
    const { mtimeMs, size } = statSync(file);
    return [file, mtimeMs, size];
  } catch {
    return file;
  }
}

/** Names files after themselves. A name that is there already gets a number. */
function uniqueNames(files: readonly string[]): string[] {
  const names: string[] = [];
  for (const file of files) {
    const name = basename(file, extname(file));
    const count = names.filter((each) => each === name || each.replace(/-\d+$/, '') === name).length;
    names.push(count === 0 ? name : `${name}-${count + 1}`);
  }
  return names;
}
