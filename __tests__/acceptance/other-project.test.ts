import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StateFiles } from '../../src/local/terraform/state-files';
import { type Attributes, TerraformStateError } from '../../src/local/terraform/terraform-state';
import { terraform } from '../support/acceptance-project';
import { otherProject, otherProjectFile } from '../support/other-project';

const folder = join(mkdtempSync(join(tmpdir(), 'other-project-')), 'project');

function run(...args: string[]): string {
  return execFileSync(terraform, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
}

beforeAll(() => {
  cpSync(otherProject, folder, { recursive: true });
  run('init', '-input=false');
});

/** Returns each argument that the files in the tests have set, with its value in a file. */
function argumentsIn(file: string, expected: string): Record<string, unknown> {
  const [state, inTests] = [file, expected].map((plan) => new StateFiles({ plan: [plan] }, undefined).read());
  const all = inTests!.types().flatMap((type) =>
    inTests!.resources(type).flatMap(({ address, argumentNames }) => {
      const found = state!.resources(type).find((each) => each.address === address)!;
      return argumentNames.map((name) => [`${address}.${name}`, valueOf(found.attributes, name)] as const);
    }),
  );
  return Object.fromEntries(all);
}

/** Returns the value of an argument, or why it is not known. */
function valueOf(attributes: Attributes, name: string): unknown {
  try {
    return JSON.parse(JSON.stringify(attributes[name] ?? null));
  } catch (error) {
    if (error instanceof TerraformStateError) {
      return error.message;
    }
    throw error;
  }
}

test.each([
  ['plan.json', 'false'],
  ['plan-with-moderators.json', 'true'],
] as const)('%s has what Terraform and the AWS provider write', (name, moderators) => {
  run('plan', '-input=false', '-refresh=false', `-var=moderators=${moderators}`, '-out=plan.tfplan');
  const file = join(folder, name);
  writeFileSync(file, run('show', '-json', 'plan.tfplan'));
  expect(argumentsIn(file, otherProjectFile(name))).toEqual(
    argumentsIn(otherProjectFile(name), otherProjectFile(name)),
  );
});
