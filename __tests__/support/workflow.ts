import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

const folder = join('.github', 'workflows');

/** A workflow of GitHub Actions, with the parts that the tests look at. */
export interface Workflow {
  readonly permissions: Permissions;
  readonly env?: Environment;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly concurrency?: unknown;
  readonly strategy?: { readonly matrix: Readonly<Record<string, string | readonly string[]>> };
  readonly 'timeout-minutes'?: number;
  readonly permissions: Permissions;
  readonly env?: Environment;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly run?: string;
  readonly env?: Environment;
}

type Permissions = Readonly<Record<string, string>>;
type Environment = Readonly<Record<string, string>>;

const setUp = readFileSync(join('.github', 'actions', 'setup', 'action.yml'), 'utf8');

/** The first steps of every job. */
export const setUpSteps = (parse(setUp) as { runs: { steps: readonly Step[] } }).runs.steps;

/** The files of all workflows, by name. */
export const workflowFiles: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

/** Lists the actions of others in all files, each with what is pinned and said of its version. */
export const usedActions = [...Object.values(workflowFiles), setUp].flatMap((text) =>
  [...text.matchAll(/uses: (?!\.\/)(.*)/g)].map(([, use]) => use!),
);

export function readWorkflow(name: string): Workflow {
  return parse(workflowFiles[name]!) as Workflow;
}

/** Lists the npm scripts that the steps of all workflows run, each with its options. */
export const usedScripts = Object.keys(workflowFiles).flatMap((name) =>
  Object.values(readWorkflow(name).jobs)
    .flatMap(({ steps }) => steps)
    .flatMap(({ run = '' }) => [...run.matchAll(/npm (?:run )?(?:--silent )?([a-z:-]+)(?: -- (.*?))?(?= >| \|\||$)/gm)])
    .map(([, script, options = '']) => ({ name: script!, options: options.match(/--[a-z-]+/g) ?? [] })),
);
