import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type StateFilePaths, StateFiles } from '../../../src/local/terraform/state-files';
import { mainStacks } from '../../support/main-stacks';
import { otherProjectFile, readOtherProject } from '../../support/other-project';

const folder = mkdtempSync(join(tmpdir(), 'state-files-'));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function read(paths: StateFilePaths) {
  return new StateFiles(paths, undefined).read();
}

const plan = otherProjectFile('plan.json');
const state = otherProjectFile('state.json');

function poolIds(paths: StateFilePaths): unknown[] {
  return read(paths)
    .resources('aws_cognito_user_pool')
    .map(({ attributes }) => attributes.id);
}

test('plans, states and synthesized stacks are served together', () => {
  const stacks = join(folder, 'cdktf.out');
  mkdirSync(stacks);
  const manifest = mainStacks().map(({ name, terraform }) => {
    writeFileSync(join(stacks, `${name}.json`), JSON.stringify(terraform));
    return [
      name,
      { name, dependencies: [], annotations: [], synthesizedStackPath: `${name}.json`, workingDirectory: '.' },
    ];
  });
  writeFileSync(join(stacks, 'manifest.json'), JSON.stringify({ stacks: Object.fromEntries(manifest) as object }));
  expect(poolIds({ plan: [plan], state: [state], stacks: [stacks] })).toEqual([
    expect.stringMatching(/^eu-west-1_.{9}$/),
    'eu-west-1_c4f682db8b1a4f3cbad2e89e04ed0482',
    expect.stringMatching(/^us-east-1_.{9}$/),
  ]);
});

test('two plans with the same addresses have resources of their own, and outputs by the names of their files', () => {
  const copy = write('plan.json', readOtherProject('plan.json'));
  const [one, other] = poolIds({ plan: [plan, copy] });
  expect(one).not.toBe(other);
  expect(Object.keys(read({ plan: [plan, copy] }).outputs())).toEqual(['plan', 'plan-2']);
});

test('what has not changed is the same object, so that it is not served again', () => {
  const file = write('changes.json', readOtherProject('plan.json'));
  const files = new StateFiles({ plan: [file] }, undefined);
  const first = files.read();
  expect(files.read()).toBe(first);
  writeFileSync(file, JSON.stringify(readOtherProject('plan.json')).replaceAll('librarians', 'readers'));
  expect(files.read()).not.toBe(first);
});

test('a function is in the folder of its plan, in which terraform ran', () => {
  const [resource] = read({ plan: [write('infra.json', readOtherProject('plan.json'))] }).resources(
    'aws_lambda_function',
  );
  expect(resource!.folder).toBe(folder);
});

const emptyPlan = { format_version: '1.2', planned_values: { root_module: {} }, configuration: {} };
const make = {
  plan: 'make it with terraform plan -out plan.tfplan and terraform show -json plan.tfplan > plan.json',
  state: 'make it with terraform show -json > state.json',
};

test.each<[string, 'plan' | 'state', unknown, string]>([
  ['is not JSON', 'plan', '{"format_version":', 'FILE is not valid JSON: line 1, column 19: Value expected.'],
  [
    'is a saved plan',
    'plan',
    'PK\u0003\u0004binary',
    'FILE is a saved plan, which is not JSON: make its JSON with terraform show -json FILE > plan.json.',
  ],
  [
    'is the log of a plan',
    'plan',
    '{"@level":"info"}\n{"@level":"info"}',
    `FILE is the log of terraform plan -json, and not a plan: ${make.plan}.`,
  ],
  [
    'is the file of a state',
    'state',
    { version: 4, terraform_version: '1.11.4', lineage: 'a', resources: [] },
    `FILE is Terraform's own file of a state, and not its JSON: ${make.state}.`,
  ],
  ['is something else', 'plan', { name: 'package' }, `FILE is neither a plan nor a state in JSON: ${make.plan}.`],
  ['is a list', 'state', [], `FILE is neither a plan nor a state in JSON: ${make.state}.`],
  [
    'has another version',
    'plan',
    { ...emptyPlan, format_version: '2.0' },
    'FILE has the format_version "2.0": only 1.x, of Terraform 1.1 or later, can be read.',
  ],
  [
    'is of a plan that failed',
    'plan',
    { ...emptyPlan, errored: true },
    'FILE is a plan that failed: correct what terraform plan reports, and plan again.',
  ],
  [
    'is of a plan that is not complete',
    'plan',
    { ...emptyPlan, complete: false },
    'FILE is a plan of some of the resources: plan without -target, or serve the state with --state.',
  ],
  ['is a plan', 'state', emptyPlan, 'FILE is a plan, and --state takes a state: serve it with --plan.'],
  ['is a state', 'plan', { format_version: '1.0' }, 'FILE is a state, and --plan takes a plan: serve it with --state.'],
  [
    'has another form',
    'plan',
    { ...emptyPlan, planned_values: { root_module: { resources: [{ address: 1 }] } } },
    'FILE does not have the form that Terraform writes: planned_values.root_module.resources.0.address.',
  ],
  [
    'has nothing to serve',
    'state',
    { format_version: '1.0' },
    'Nothing in FILE can be served: there is no aws_cognito_user_pool and no aws_api_gateway_rest_api.',
  ],
  [
    'is nested too deeply',
    'plan',
    '['.repeat(1e6),
    'FILE is nested too deeply at line 1, column 101: at most 100 levels are allowed.',
  ],
])('a file that %s is rejected as a --%s', (_title, kind, content, message) => {
  const file = write('bad.json', content);
  expect(() => read({ [kind]: [file] })).toThrow(new Error(message.replaceAll('FILE', file)));
});

test('a file that is UTF-16, as PowerShell writes it, is rejected with how to make it there', () => {
  const file = join(folder, 'utf16.json');
  writeFileSync(file, `\uFEFF${JSON.stringify(emptyPlan)}`, 'utf16le');
  expect(() => read({ state: [file] })).toThrow(
    `${file} is UTF-16, as PowerShell writes it: in PowerShell, make it with terraform show -json | Out-File -Encoding utf8 state.json.`,
  );
});

test('all files that cannot be read are reported', () => {
  const stacks = join(folder, 'no-stacks');
  expect(() => read({ plan: ['missing.json'], state: [write('list.json', [])], stacks: [stacks] })).toThrow(
    new Error(
      [
        `missing.json does not exist in ${process.cwd()}.`,
        `${join(folder, 'list.json')} is neither a plan nor a state in JSON: ${make.state}.`,
        `${stacks} has no synthesized stacks that can be read: no such file or directory. It must be the folder that cdktf synth writes, which has manifest.json.`,
      ].join('\n'),
    ),
  );
});
