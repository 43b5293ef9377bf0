import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Browser } from '../support/browser';
import { anyPort, Command } from '../support/command';
import { localAwsEnvironment } from '../support/local-aws';
import { apiScope } from '../support/oauth-client';

const clients = join('__tests__', 'support', 'clients');

type Summary = Readonly<
  Record<'loginDomainUrl' | 'protectedResourceUrl' | 'userPoolApiUrl' | 'userPoolId' | 'clientId', string>
> & { readonly demoUser: { readonly email: string; readonly password: string } };

let start: Command;
let ready: Summary;

beforeAll(async () => {
  start = new Command('start', ['--json', '--issuer', 'local', ...anyPort]);
  ready = JSON.parse((await start.seen(/^{.*}$/m))[0]) as Summary;
});

afterAll(() => start.interrupt());

describe('the flow of npm start works, unchanged, with', () => {
  /** Runs a client that prints the URL of the sign-in, reads where the browser ends, and prints JSON. */
  async function signIn(program: string, args: readonly string[], cwd = '.'): Promise<unknown> {
    const { loginDomainUrl, userPoolId, clientId, protectedResourceUrl, demoUser } = ready;
    const flow = [
      `${loginDomainUrl}/${userPoolId}`,
      clientId,
      'http://localhost:3000/dashboard',
      apiScope,
      protectedResourceUrl,
    ];
    const client = spawn(program, [...args, ...flow], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(client.stdout)[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
    const { value: loginUrl } = await lines.next();
    const browser = new Browser();
    const { email: username, password } = demoUser;
    const { url } = await browser.submit(await browser.open(loginUrl!), { username, password });
    client.stdin.end(`${url.href}\n`);
    const { value: result } = await lines.next();
    return JSON.parse(result!);
  }

  const common = {
    email: 'demo@example.com',
    isSame: true,
    api: { statusCode: 200, message: 'Hello From Protected Resource' },
    isNew: true,
    afterRevocation: 'invalid_grant',
  };

  test('authlib in a Flask app', async () => {
    expect(await signIn(localAwsEnvironment.python, [join(clients, 'python-authlib.py')])).toEqual({
      ...common,
      rejected: ['nonce', 'at_hash'],
    });
  });

  test('Go’s golang.org/x/oauth2 and go-oidc', async () => {
    expect(await signIn('go', ['run', '.'], join(clients, 'go'))).toEqual({
      ...common,
      isMine: true,
      accessToken: true,
      rejected: [true, true],
      revocation: 200,
    });
  });
});

describe('the user pool’s API of npm start works, unchanged, with', () => {
  /** Runs a program of the Python that has AWS's SDK and CLI, and reads the JSON that it prints. */
  function python(args: readonly string[]): unknown {
    const { stdout, stderr } = spawnSync(localAwsEnvironment.python, args, {
      encoding: 'utf8',
      env: { ...process.env, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_DEFAULT_REGION: 'us-east-1' },
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  test('boto3', () => {
    const { userPoolApiUrl, userPoolId, clientId } = ready;
    expect(python([join(clients, 'python-sdk.py'), userPoolApiUrl, userPoolId, clientId])).toEqual({
      status: 'FORCE_CHANGE_PASSWORD',
      year: new Date().getUTCFullYear(),
      isMe: true,
      users: [1, 1],
      rejection: ['User does not exist.', 400],
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
