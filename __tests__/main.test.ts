import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { copyProject, filesBelow } from './support/project';
import { synthApp } from './support/synth';

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(folder: string, program: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  return spawnSync(process.execPath, program, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
}

/** Parses a stack's JSON without the metadata that CDKTF's test app leaves out. */
function withoutMetadata(json: string): unknown {
  return JSON.parse(json, (name, value: unknown) => (name === '//' ? undefined : value));
}

const main = ['--import', 'tsx', 'main.ts'];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { synth: string } };
const synth = scripts.synth.split(' ').slice(1);
const cdktfSynth = [
  '--env-file=.config/cdktf.env',
  join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf'),
  'synth',
];

const folder = copyProject();
const first = run(folder, main);
const written = filesBelow(join(folder, 'cdktf.out'));

describe('main.ts', () => {
  test('writes both stacks and a manifest that names their order, and says nothing', () => {
    expect(first).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(Object.keys(written).sort()).toEqual(
      ['manifest.json', 'stacks/ApiGatewayStack/cdk.tf.json', 'stacks/CognitoStack/cdk.tf.json'].map((file) =>
        join(file),
      ),
    );
    expect(JSON.parse(written['manifest.json']!)).toMatchObject({
      stacks: { ApiGatewayStack: { dependencies: ['CognitoStack'] }, CognitoStack: { dependencies: [] } },
    });
  });

  test('writes what the other tests look at', () => {
    const { cognito, apiGateway } = synthApp();
    expect(withoutMetadata(written[join('stacks', 'CognitoStack', 'cdk.tf.json')]!)).toEqual(withoutMetadata(cognito));
    expect(withoutMetadata(written[join('stacks', 'ApiGatewayStack', 'cdk.tf.json')]!)).toEqual(
      withoutMetadata(apiGateway),
    );
  });

  test('writes the same bytes in another directory, time zone, locale and shell', () => {
    const other = copyProject({ below: join('a', 'deeper folder') });
    const environment = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', AWS_REGION: 'eu-west-1' };
    expect(run(other, main, environment).status).toBe(0);
    expect(filesBelow(join(other, 'cdktf.out'))).toEqual(written);
  });

  test('writes no absolute path', () => {
    expect(Object.values(written).join()).not.toContain(folder);
    expect(Object.values(written).join()).not.toMatch(/"[^"]*(?:file:\/\/|node_modules|main\.ts)/);
  });

  test.each([
    [
      'wrong settings',
      '{"context":{"settings":{"region":"mars"}}}',
      'A setting is wrong; nothing was written.\n  region: ',
    ],
    ['a cdktf.json that is no JSON', '{', 'cdktf.json is not JSON: '],
    ['a cdktf.json that is no object', '[]', 'cdktf.json has the wrong structure: '],
    [
      'settings in the wrong place',
      '{"settings":{"region":"eu-west-1"}}',
      'cdktf.json has "settings", which has no effect there: ',
    ],
    [
      'settings under a wrong name',
      '{"context":{"setings":{}}}',
      'cdktf.json has "setings", which has no effect there: ',
    ],
    [
      'settings that are null',
      '{"context":{"settings":null}}',
      'A setting is wrong; nothing was written.\n  is of the wrong type, got null',
    ],
    ['no cdktf.json', undefined, 'There is no cdktf.json in '],
  ])('fails for %s with one message, and leaves cdktf.out as it was', (_what, cdktfJson, message) => {
    rmSync(join(folder, 'cdktf.json'));
    if (cdktfJson !== undefined) {
      writeFileSync(join(folder, 'cdktf.json'), cdktfJson);
    }

    const { status, stdout, stderr } = run(folder, main);
    copyFileSync('cdktf.json', join(folder, 'cdktf.json'));

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.startsWith(message)).toBe(true);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(filesBelow(join(folder, 'cdktf.out'))).toEqual(written);
  });
});

test('a file in the place of cdktf.out stays, and main.ts fails with one message', () => {
  const project = copyProject();
  writeFileSync(join(project, 'cdktf.out'), 'a file');
  expect(run(project, main)).toMatchObject({
    status: 1,
    stdout: '',
    stderr:
      'The stacks cannot be written to cdktf.out: cdktf.out/stacks: not a directory. ' +
      'Make cdktf.out a folder that you can write to.\n',
  });
  expect(readFileSync(join(project, 'cdktf.out'), 'utf8')).toBe('a file');
});

describe('npm run synth', () => {
  test('says what it wrote, where, and what is next', () => {
    const { status, stdout } = run(folder, synth);
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
     "CognitoStack       4 resources  cdktf.out/stacks/CognitoStack/cdk.tf.json
     ApiGatewayStack   19 resources  cdktf.out/stacks/ApiGatewayStack/cdk.tf.json

     Next: npm run plan, which shows what a deploy would change; then npm run deploy.
     "
    `);
  });

  test('warns once about the prefix of the reference, and not about another', () => {
    expect(run(folder, synth).stderr.match(/DOMAIN_PREFIX/g)).toHaveLength(1);
    expect(run(folder, synth, { DOMAIN_PREFIX: 'mine' })).toMatchObject({ status: 0, stderr: '' });
  });
});

test('npx cdktf synth writes the same bytes as main.ts', () => {
  const project = copyProject();
  expect(run(project, cdktfSynth).status).toBe(0);
  expect(filesBelow(join(project, 'cdktf.out'))).toEqual(written);
}, 30_000);
