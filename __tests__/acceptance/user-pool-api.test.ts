import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from '../support/command';
import { localAwsEnvironment } from '../support/local-aws';

const api = join('src', 'local', 'user-pool', 'api');

/** Runs a program of the Python that has AWS's SDK and CLI, and reads the JSON that it prints. */
function python(args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(localAwsEnvironment.python, args, {
    encoding: 'utf8',
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_DEFAULT_REGION: 'us-east-1' },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('requests are checked against the service model of AWS’s SDK as it is now', () => {
  const written = JSON.parse(readFileSync(join(api, 'request-shapes.json'), 'utf8')) as unknown;
  expect(written).toEqual(python([join(api, 'write-request-shapes.py')]));
});

describe('the user pool’s API of npm start works, unchanged, with', () => {
  let start: Command;
  let ready: Readonly<Record<'userPoolApiUrl' | 'userPoolId' | 'clientId', string>>;

  beforeAll(async () => {
    start = new Command('start', [
      '--json',
      ...['login', 'api', 'user-pool-api', 'web'].flatMap((service) => [`--${service}-port`, '0']),
    ]);
    ready = JSON.parse((await start.seen(/^{.*}$/m))[0]) as typeof ready;
  });

  afterAll(() => start.interrupt());

  test('boto3', () => {
    const { userPoolApiUrl, userPoolId, clientId } = ready;
    const script = join('__tests__', 'support', 'clients', 'python-sdk.py');
    expect(python([script, userPoolApiUrl, userPoolId, clientId])).toEqual({
      status: 'FORCE_CHANGE_PASSWORD',
      year: new Date().getUTCFullYear(),
      isMe: true,
      users: [1, 1],
      refusal: ['User does not exist.', 400],
      unserved: 'UnknownOperationException',
    });
  });

  test('the AWS CLI', () => {
    const aws = (...args: readonly string[]) =>
      python(['-m', 'awscli', 'cognito-idp', ...args, '--endpoint-url', ready.userPoolApiUrl, '--output', 'json']);
    const user = ['--client-id', ready.clientId, '--username', 'ada@example.com'];
    expect(aws('sign-up', ...user, '--password', 'Correct-horse-1')).toMatchObject({
      UserConfirmed: false,
      CodeDeliveryDetails: { Destination: 'a***@e***' },
    });
    const listed = aws('list-users', '--user-pool-id', ready.userPoolId, '--filter', 'email = "ada@example.com"');
    expect(listed).toMatchObject({ Users: [{ UserStatus: 'UNCONFIRMED', Enabled: true }] });
  });
});
