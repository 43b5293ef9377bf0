import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { productionSettings } from '../support/production-settings';
import { writeSettings } from '../support/project';

const [, recipe] = /## Move to CDK Terrain.*?```sh\n(.*?)```/s.exec(readFileSync('.github/CONTRIBUTING.md', 'utf8'))!;

const folder = mkdtempSync(join(tmpdir(), 'cdktn-'));
const stacks = ['CognitoStack', 'ApiGatewayStack', 'CognitoStack-production', 'ApiGatewayStack-production'];

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(command: string, ...args: string[]): void {
  const env = { ...process.env, CDKTF_OUTDIR: undefined, npm_config_audit: 'false', npm_config_fund: 'false' };
  execFileSync(command, args, {
    cwd: folder,
    env: { ...env, npm_config_omit: 'dev', npm_config_ignore_scripts: 'true' },
  });
}

function synthesize(): unknown[] {
  run('node', '--import', 'tsx', 'main.ts');
  return stacks.map(
    (name) => JSON.parse(readFileSync(join(folder, 'cdktf.out', 'stacks', name, 'cdk.tf.json'), 'utf8')) as unknown,
  );
}

/** Lists the places in which two values differ. */
function differences(one: unknown, other: unknown, place = ''): string[] {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    return one === other ? [] : [place];
  }
  const [left, right] = [one, other] as Readonly<Record<string, unknown>>[] as [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], `${place}/${key}`),
  );
}

// It downloads CDK Terrain and its AWS provider, which are 480 MB on the disk.
jest.setTimeout(900_000);

test('the move to CDK Terrain changes the version in the metadata and the source of the provider, and nothing else', () => {
  for (const name of [
    'main.ts',
    'src',
    '__tests__',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'cdktf.json',
  ]) {
    cpSync(name, join(folder, name), { recursive: true });
  }
  writeSettings(folder, {}, { production: productionSettings });
  // npm then installs what the recipe leaves and brings, and not first what it takes away.
  const packages = join(folder, 'node_modules');
  symlinkSync(resolve('node_modules'), packages, 'junction');
  const before = synthesize();
  unlinkSync(packages);
  run('bash', '-ec', recipe!);
  rmSync(join(folder, 'cdktf.out'), { recursive: true });
  const after = synthesize();
  // The metadata of a stack has the key `//`.
  expect(stacks.map((name, index) => [name, differences(before[index], after[index])])).toEqual(
    stacks.map((name) => [name, ['////metadata/version', '/terraform/required_providers/aws/source']]),
  );
});
