import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { mainOutdir } from '../support/main-stacks';
import { copyProject, filesBelow, linkProject } from '../support/project';

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

const main = [join('src', 'cli', 'run.mjs'), 'main.ts'];
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { synth: string } };
const synth = scripts.synth.split(' ').slice(1);
const cdktfSynth = [
  '--env-file=.config/cdktf.env',
  join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf'),
  'synth',
];

/** What main.ts has written in a folder of another name. */
const written = filesBelow(mainOutdir());

describe('main.ts', () => {
  test('says nothing, and writes the same bytes in another directory, time zone, locale, shell and runner', () => {
    const folder = copyProject({ below: join('a', 'deeper folder') });
    const environment = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', AWS_REGION: 'eu-west-1' };
    expect(run(folder, ['--import', 'tsx', 'main.ts'], environment)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(filesBelow(join(folder, 'cdktf.out'))).toEqual(written);
  });

  test('fails for wrong settings with one message, and leaves cdktf.out as it was', () => {
    const folder = linkProject({ region: 'mars' });
    cpSync(mainOutdir(), join(folder, 'cdktf.out'), { recursive: true });
    const { status, stdout, stderr } = run(folder, main);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^A setting is wrong\. Nothing was written\.\n\nIn cdktf\.json, context\.settings:\n {2}line \d+, column \d+: region: /,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(filesBelow(join(folder, 'cdktf.out'))).toEqual(written);
  });
});

test('main.ts does not change a file named cdktf.out, and fails with one message', () => {
  const project = linkProject();
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
  const folder = linkProject();

  test('says what it wrote, where, and what is next, and warns once about the prefix of the reference', () => {
    const { status, stdout, stderr } = run(folder, synth);
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
     "CognitoStack       4 resources  cdktf.out/stacks/CognitoStack/cdk.tf.json
     ApiGatewayStack   19 resources  cdktf.out/stacks/ApiGatewayStack/cdk.tf.json

     Next: npm run plan, which shows what a deploy would change; then npm run deploy.
     "
    `);
    expect(stderr.match(/DOMAIN_PREFIX/g)).toHaveLength(1);
  });

  test('does not warn about another prefix', () => {
    expect(run(folder, synth, { DOMAIN_PREFIX: 'mine' })).toMatchObject({ status: 0, stderr: '' });
  });
});

test('npx cdktf synth writes the same bytes as main.ts', () => {
  const project = linkProject();
  expect(run(project, cdktfSynth).status).toBe(0);
  expect(filesBelow(join(project, 'cdktf.out'))).toEqual(written);
});
