import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram } from '../support/command';
import { deploy } from '../support/stub-deployment';

const folder = mkdtempSync(join(tmpdir(), 'check-'));

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** Runs the command without local services. */
function run(...args: readonly string[]) {
  return runProgram('src/cli/commands/check.ts', args);
}

describe('npm run check', () => {
  test.each([
    ['a stack that works', {}, 0, /^(✓ .*\n){5}$/],
    [
      'a stack that does not',
      { 'GET /jwks.json': { status: 500 } },
      1,
      /^✓ .*\n✗ Public keys: .* returns 500\n(✓ .*\n){3}$/,
    ],
  ])('shows %s', async (_, faults, code, screen) => {
    const { ProtectedResourceUrl, ...cognito } = await deploy(faults);
    const file = fileOf(`${code}.json`, {
      CognitoStack: { ...cognito, ListOfMine: ['of no interest'] },
      ApiGatewayStack: { ProtectedResourceUrl },
    });

    const [forPeople, forScripts] = await Promise.all([run('--outputs', file), run('--outputs', file, '--json')]);

    expect(forPeople).toMatchObject({ code, stdout: expect.stringMatching(screen) as string });
    expect(JSON.parse(forScripts.stdout)).toMatchObject({ ok: code === 0, checks: { length: 5 } });
  });

  test.each([
    ['when nothing runs', [], 'The local services are not running'],
    ['for another file', ['--outputs', 'package.json'], 'package.json does not have the outputs of a deploy'],
    ['for a folder', ['--outputs', 'src'], 'src does not have the outputs of a deploy'],
    [
      'for clients to which no user signs in',
      ['--outputs', fileOf('machine.json', { CognitoStack: { TokenUrl: 'https://a.example/oauth2/token' } })],
      'machine.json describes only app clients with the grant client_credentials',
    ],
    [
      'for a file without outputs',
      ['--outputs', fileOf('none.json', {})],
      'none.json does not contain the output CognitoUserPoolID',
    ],
    [
      'for an output that is no URL',
      ['--outputs', fileOf('url.json', { CognitoStack: { HostedDomainUrl: 'nope' } })],
      'url.json: HostedDomainUrl must be a URL, got "nope"',
    ],
  ])('ends with one line %s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
