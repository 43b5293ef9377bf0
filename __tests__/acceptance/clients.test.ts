import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { Browser } from '../support/browser';
import { localAwsEnvironment } from '../support/local-aws';
import { apiScope } from '../support/oauth-client';
import { StartedProject } from '../support/started-project';

const clients = join('__tests__', 'support', 'clients');

const redirectUri = 'http://localhost:3000/dashboard';

let project: StartedProject;

beforeAll(async () => {
  const explicitAuthFlows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
  const client = { scopes: [apiScope, 'openid', 'email'], callbackUrls: [redirectUri], explicitAuthFlows };
  project = await StartedProject.begin({ appClients: { client } }, {}, ['--issuer', 'local']);
});

afterAll(() => project.end());

describe('the flow of npm start works, unchanged, with', () => {
  /** Runs a client that prints the URL of the sign-in, reads where the browser ends, and prints JSON. */
  async function signIn(program: string, args: readonly string[], cwd = '.'): Promise<unknown> {
    const { userPoolApiUrl, userPoolId, clientId, protectedResourceUrl, demoUser } = project.summary;
    const flow = [`${userPoolApiUrl}/${userPoolId}`, clientId, redirectUri, apiScope, protectedResourceUrl];
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
    const { userPoolApiUrl, userPoolId, clientId } = project.summary;
    expect(python([join(clients, 'python-sdk.py'), userPoolApiUrl, userPoolId, clientId])).toEqual({
      status: 'FORCE_CHANGE_PASSWORD',
      year: new Date().getUTCFullYear(),
      isMe: true,
      users: [1, 1],
      rejection: ['User does not exist.', 400],
      unserved: 'UnknownOperationException',
    });
  });

  test('pycognito, which expects the issuer at the endpoint', () => {
    const { userPoolApiUrl, userPoolId, clientId, demoUser } = project.summary;
    const user = [demoUser.email, demoUser.password];
    expect(python([join(clients, 'python-pycognito.py'), userPoolApiUrl, userPoolId, clientId, ...user])).toEqual({
      emails: Array(2).fill(demoUser.email),
      rejected: 'access_token',
    });
  });

  test('the AWS CLI', () => {
    const aws = (...args: readonly string[]) =>
      python([
        '-m',
        'awscli',
        'cognito-idp',
        ...args,
        '--endpoint-url',
        project.summary.userPoolApiUrl,
        '--output',
        'json',
      ]);
    const user = ['--client-id', project.summary.clientId, '--username', 'ada@example.com'];
    expect(aws('sign-up', ...user, '--password', 'Correct-horse-1')).toMatchObject({
      UserConfirmed: false,
      CodeDeliveryDetails: { Destination: 'a***@e***' },
    });
    const listed = aws(
      'list-users',
      '--user-pool-id',
      project.summary.userPoolId,
      '--filter',
      'email = "ada@example.com"',
    );
    expect(listed).toMatchObject({ Users: [{ UserStatus: 'UNCONFIRMED', Enabled: true }] });
  });
});
