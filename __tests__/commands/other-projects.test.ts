import { copyFileSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { strToU8, zipSync } from 'fflate';

import { anyPort, Command } from '../support/command';
import { type Json, otherProjectFile, readOtherProject } from '../support/other-project';
import { accessToken, type Summary } from '../support/started-project';

const folder = mkdtempSync(join(tmpdir(), 'other-projects-'));
const planFile = join(folder, 'plan.json');
const plan = JSON.stringify(readOtherProject('plan.json'));
/** Without the port of the web client. */
const ports = anyPort.slice(0, -2);

interface Ready extends Summary {
  readonly notServed: readonly string[];
}

/** Returns the .zip file of a function. */
function zipOf(handler: string): Uint8Array {
  return zipSync({ 'index.js': strToU8(`exports.handler = ${handler};`) });
}

async function ready(start: Command): Promise<Ready> {
  return JSON.parse((await start.seen(/^\{.*\}$/m))[0]) as Ready;
}

async function userPoolApi({ userPoolApiUrl }: Ready, operation: string, parameters: object): Promise<Json> {
  const response = await fetch(userPoolApiUrl, {
    method: 'POST',
    headers: {
      Authorization:
        'AWS4-HMAC-SHA256 Credential=any/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(parameters),
  });
  return (await response.json()) as Json;
}

/** Gets an access token for the app client `reports`. */
async function tokenOf(services: Ready): Promise<string> {
  const { userPoolId: UserPoolId, tokenUrl } = services;
  const { UserPoolClients } = await userPoolApi(services, 'ListUserPoolClients', { UserPoolId });
  const { ClientId } = UserPoolClients!.find(({ ClientName }) => ClientName === 'reports')!;
  const { UserPoolClient } = await userPoolApi(services, 'DescribeUserPoolClient', { UserPoolId, ClientId });
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${ClientId}:${UserPoolClient!.ClientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

const started: Command[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((start) => start.interrupt()));
});

beforeAll(() => {
  writeFileSync(join(folder, 'function.zip'), zipOf('async (event) => ({ statusCode: 200, body: event.path })'));
  writeFileSync(planFile, plan);
});

describe('npm start --plan', () => {
  let start: Command;
  let services: Ready;
  let token: string;

  beforeAll(async () => {
    start = new Command('start', ['--plan', planFile, '--json', ...ports], { outdir: folder });
    services = await ready(start);
    token = await tokenOf(services);
  });

  afterAll(() => start.interrupt());

  async function get(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${services.apiUrl}${path}`, { headers });
    return { status: response.status, body: await response.json() };
  }

  test('serves the user pool and the API of the plan', async () => {
    expect(await get('/health')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await get('/books')).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect(await get('/books', { Authorization: token })).toEqual({ status: 200, body: ['Dune'] });
  });

  test('lists a function of which something is not known before a deploy', () => {
    expect(services.notServed).toContain(
      'aws_lambda_function.edit: environment.variables: the plan does not have the value, which is not known before a deploy; --state has it',
    );
  });

  test('serves nothing at the callback URL, where the project itself is', () => {
    expect(services.webUrl).toBeUndefined();
  });

  test('serves a plan that replaces the file, and keeps what it served when the new one is only half written', async () => {
    writeFileSync(planFile, plan.slice(0, 1000));
    await start.seen(/still served as they were before this change/);
    expect(start.stderr).toContain(`${planFile} is not valid JSON: line 1, column 1001: `);
    writeFileSync(`${planFile}.new`, plan.replaceAll('Dune', 'Emma'));
    renameSync(`${planFile}.new`, planFile);
    await start.seen(/The changed stacks are served/);
    expect(await get('/books', { Authorization: token })).toEqual({ status: 200, body: ['Emma'] });
  });
});

test('npm start --state has the IDs of what is deployed, and serves each new .zip file of a function', async () => {
  const file = join(folder, 'state.json');
  // Elsewhere, since the folder of the state is watched with all that is in it.
  const zipFile = join(mkdtempSync(join(tmpdir(), 'build-')), 'function.zip');
  copyFileSync(join(folder, 'function.zip'), zipFile);
  writeFileSync(file, JSON.stringify(readOtherProject('state.json')).replaceAll('function.zip', zipFile));
  const start = new Command('start', ['--state', file, '--json', ...ports], { outdir: folder });
  started.push(start);
  const services = await ready(start);
  const { UserPoolClients } = await userPoolApi(services, 'ListUserPoolClients', { UserPoolId: services.userPoolId });
  expect(services.userPoolId).toBe('eu-west-1_c4f682db8b1a4f3cbad2e89e04ed0482');
  expect(UserPoolClients!.map(({ ClientId }) => ClientId)).toContain('456e099a56814711b241cbc987');
  expect(start.stdout + start.stderr).not.toContain('made-up-client-secret');

  const headers = { Authorization: await accessToken(services) };
  const put = async () => (await fetch(`${services.apiUrl}/books/1?edition=2`, { method: 'PUT', headers })).text();
  expect(await put()).toBe('/books/1');
  for (const version of ['two', 'three']) {
    const newer = join(folder, 'newer.zip');
    writeFileSync(newer, zipOf(`async () => ({ statusCode: 200, body: '${version}' })`));
    renameSync(newer, zipFile);
    const deadline = Date.now() + 20_000;
    let served = await put();
    while (served !== version && Date.now() < deadline) {
      await setTimeout(50);
      served = await put();
    }
    expect(served).toBe(version);
  }
});

test.each<[string, readonly string[], readonly string[]]>([
  [
    'all values that are not known',
    ['--plan', otherProjectFile('plan-with-moderators.json')],
    [
      'module.auth.aws_cognito_user_pool_client.moderators[0]: callback_urls: the plan does not have the value, which is not known before a deploy; --state has it',
      'module.auth.aws_cognito_user_pool_client.moderators[0]: allowed_oauth_scopes: the plan does not have the value, which is not known before a deploy; --state has it',
      'Change it in the Terraform of the project, and make the file again.',
    ],
  ],
  ['a file that is missing', ['--state', 'missing.json'], [`missing.json does not exist in ${process.cwd()}.`]],
  [
    'an environment, which other projects do not have',
    ['--plan', planFile, '--environment', 'staging'],
    ['--environment cannot be used with --plan, --state and --stacks: it is an environment of cdktf.json.'],
  ],
])('%s: reported, with exit code 1', async (_title, args, lines) => {
  const start = new Command('start', [...args, ...ports], { outdir: folder });
  expect(await start.end()).toBe(1);
  expect(start.stdout + start.stderr).toBe(`${lines.join('\n')}\n`);
});
