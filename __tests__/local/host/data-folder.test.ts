import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { DataFile, DataFolder } from '../../../src/local/host/data-folder';
import * as signingKeys from '../../../src/local/user-pool/tokens/signing-keys';
import { Browser } from '../../support/browser';
import { dataFolderWithKeys, newDataFolder } from '../../support/data-folder';
import { type Changes, TestServices } from '../../support/local-services';
import { mainStacks, type Stack } from '../../support/main-stacks';
import { mailedCode, OAuthClient } from '../../support/oauth-client';
import { sharedPrivateKeys } from '../../support/shared-keys';
import { totp } from '../../support/totp';
import { type ApiResponse, expectError, tokensIn, UserPoolApi } from '../../support/user-pool-api';

const localServices = new TestServices();
const appClient = 'aws_cognito_user_pool_client.awesome-app-client';
const userPool = 'aws_cognito_user_pool.user_pool';
const [password, otherPassword] = ['Correct-horse-1', 'Battery-staple-2'];

const changes: Changes = {
  [userPool]: {
    mfa_configuration: 'OPTIONAL',
    software_token_mfa_configuration: { enabled: true },
    password_policy: { minimum_length: 8, password_history_size: 2 },
  },
  [appClient]: {
    explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    allowed_oauth_scopes: ['openid', 'awesomeapi-resource-server/awesomeapi.read', 'aws.cognito.signin.user.admin'],
  },
  'aws_cognito_user_group.admins': { user_pool_id: '${aws_cognito_user_pool.user_pool.id}', name: 'admins' },
};

const rotation = { refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: 0 }] };

/** Serves a user pool with a folder, as a start after the one before. */
async function start(data: string, changed: Changes = changes) {
  const services = await localServices.serve(changed, { data });
  return { client: new OAuthClient(services), api: new UserPoolApi(services) };
}

async function signUp(api: UserPoolApi, email: string): Promise<void> {
  await api.forUser('SignUp', email, { Password: password });
}

/** Adds a user with a password, whom an administrator has confirmed. */
async function addUser(api: UserPoolApi, email: string): Promise<void> {
  await signUp(api, email);
  await api.admin('AdminConfirmSignUp', { Username: email });
}

async function listUsers(api: UserPoolApi): Promise<unknown> {
  return (await api.admin('ListUsers', {})).body.Users;
}

describe('the next start', () => {
  test('has the users as they were', async () => {
    const data = dataFolderWithKeys();
    const { api } = await start(data);
    await signUp(api, 'new@example.com');
    for (const Username of ['anna@example.com', 'disabled@example.com', 'deleted@example.com']) {
      await addUser(api, Username);
    }
    await api.admin('AdminCreateUser', { Username: 'invited@example.com', TemporaryPassword: password });
    await api.admin('AdminDeleteUser', { Username: 'deleted@example.com' });
    await api.admin('AdminDisableUser', { Username: 'disabled@example.com' });
    const UserAttributes = [{ Name: 'given_name', Value: 'Änna' }];
    await api.admin('AdminUpdateUserAttributes', { Username: 'anna@example.com', UserAttributes });
    await api.admin('AdminAddUserToGroup', { Username: 'anna@example.com', GroupName: 'admins' });
    const demo = { Username: api.services.demoUser.email };
    await api.admin('AdminDeleteUser', demo);
    const users = await listUsers(api);

    const { api: next } = await start(data);
    expect((await next.admin('AdminDeleteUser', demo)).status).toBe(200);
    expect(await listUsers(next)).toEqual(users);
    expect((await next.admin('ListUsersInGroup', { GroupName: 'admins' })).body.Users).toMatchObject([
      { Attributes: expect.arrayContaining([{ Name: 'given_name', Value: 'Änna' }]) as unknown },
    ]);
  });

  test('has those who sign in with a user name, with their custom attributes', async () => {
    const data = dataFolderWithKeys();
    const attribute = { attribute_data_type: 'String', mutable: true };
    const schema = [
      { ...attribute, name: 'email', required: true },
      { ...attribute, name: 'tenant' },
    ];
    const named = { ...changes, [userPool]: { username_attributes: null, schema } };
    const { api } = await start(data, named);
    const UserAttributes = [
      { Name: 'email', Value: 'ada@example.com' },
      { Name: 'custom:tenant', Value: 'acme' },
    ];
    await api.admin('AdminCreateUser', { Username: 'ada', UserAttributes });
    await api.admin('AdminSetUserPassword', { Username: 'ada', Password: password, Permanent: true });

    const { api: next } = await start(data, named);
    expect((await next.signIn('ada', password)).status).toBe(200);
    const { body } = await next.admin('AdminGetUser', { Username: 'ada' });
    expect(body.UserAttributes).toEqual(expect.arrayContaining(UserAttributes));
    await expect(start(data)).rejects.toThrow(
      /in the data folder have another sign-in, and AWS would replace the user pool\. Move the file/,
    );
  });

  test('has their passwords, with those that the policy looks back to, and asks for a temporary one', async () => {
    const data = dataFolderWithKeys();
    const { api } = await start(data);
    const [Username, invited] = ['anna@example.com', 'invited@example.com'];
    await addUser(api, Username);
    await api.admin('AdminSetUserPassword', { Username, Password: otherPassword, Permanent: true });
    await api.admin('AdminCreateUser', { Username: invited, TemporaryPassword: password });

    const { api: next } = await start(data);
    expect((await next.signIn(Username, otherPassword)).status).toBe(200);
    expectError(await next.signIn(Username, password), 'NotAuthorizedException');
    const AccessToken = tokensIn(await next.signIn(Username, otherPassword)).AccessToken;
    expectError(
      await next.call('ChangePassword', {
        AccessToken,
        PreviousPassword: otherPassword,
        ProposedPassword: password,
      }),
      'PasswordHistoryPolicyViolationException',
    );
    expect((await next.signIn(invited, password)).body.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    await localServices.wait(7 * 24 * 3600);
    const { api: later } = await start(data);
    expectError(await later.signIn(invited, password), 'NotAuthorizedException', /^Temporary password has expired/);
  });

  test('asks for the code of an authenticator app, and rejects a code that was used', async () => {
    const data = dataFolderWithKeys();
    const { api } = await start(data);
    const Username = 'anna@example.com';
    await addUser(api, Username);
    const { AccessToken } = await api.tokens(Username, password);
    const SecretCode = (await api.call('AssociateSoftwareToken', { AccessToken })).body.SecretCode as string;
    const used = totp(SecretCode, localServices.now);
    await api.call('VerifySoftwareToken', { AccessToken, UserCode: used });
    await api.call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } });

    const { api: next } = await start(data);
    const answer = async (code: string) =>
      next.respond('SOFTWARE_TOKEN_MFA', (await next.signIn(Username, password)).body.Session, {
        USERNAME: Username,
        SOFTWARE_TOKEN_MFA_CODE: code,
      });
    expectError(await answer(used), 'ExpiredCodeException');
    expect((await answer(totp(SecretCode, localServices.now + 30_000))).status).toBe(200);
  });

  test('accepts the tokens of earlier sign-ins', async () => {
    const data = dataFolderWithKeys();
    const { client, api } = await start(data);
    const { access_token, refresh_token } = await client.tokens();
    const { AccessToken, RefreshToken } = await api.tokens(api.services.demoUser.email, api.services.demoUser.password);

    const { client: next, api: nextApi } = await start(data);
    expect((await nextApi.call('GetUser', { AccessToken })).status).toBe(200);
    expect((await next.userInfo(access_token)).status).toBe(200);
    expect(await (await next.protectedResource(access_token)).json()).toMatchObject({ statusCode: 200 });
    expect((await next.refresh({ refresh_token })).status).toBe(200);
    const refresh = () => nextApi.initiateAuth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken });
    expect((await refresh()).status).toBe(200);
    await localServices.wait(24 * 3600);
    expectError(await refresh(), 'NotAuthorizedException', 'Invalid Refresh Token.');
  });

  test('rejects what was revoked, and whoever has signed out everywhere', async () => {
    const data = dataFolderWithKeys();
    const { client, api } = await start(data);
    const { access_token, refresh_token } = await client.tokens();
    await client.revoke({ token: refresh_token });
    const Username = 'anna@example.com';
    await addUser(api, Username);
    const { AccessToken, RefreshToken } = await api.tokens(Username, password);
    await localServices.wait(1);
    await api.call('GlobalSignOut', { AccessToken });

    const { client: next, api: nextApi } = await start(data);
    expect((await next.userInfo(access_token)).status).toBe(401);
    expect((await next.refresh({ refresh_token })).body).toEqual({ error: 'invalid_grant' });
    expectError(await nextApi.call('GetUser', { AccessToken }), 'NotAuthorizedException', /revoked/);
    expectError(
      await nextApi.initiateAuth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken }),
      'NotAuthorizedException',
      'Refresh Token has been revoked',
    );
  });

  test('rejects a refresh token that another one has replaced', async () => {
    const data = dataFolderWithKeys();
    const rotating: Changes = { [appClient]: { explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH'], ...rotation } };
    const { client } = await start(data, rotating);
    const { refresh_token: first } = await client.tokens();
    const second = (await client.refresh({ refresh_token: first })).body.refresh_token as string;

    const { client: next } = await start(data, rotating);
    expect((await next.refresh({ refresh_token: first })).body).toEqual({ error: 'invalid_grant' });
    expect((await next.refresh({ refresh_token: second })).status).toBe(200);
  });

  test('begins without the refresh tokens and groups that its stacks no longer have', async () => {
    const data = dataFolderWithKeys();
    const { client, api } = await start(data);
    const { refresh_token } = await client.tokens();
    await api.admin('AdminAddUserToGroup', { Username: api.services.demoUser.email, GroupName: 'admins' });

    await start(data, { [appClient]: { refresh_token_validity: 2 } });
    const { client: next, api: nextApi } = await start(data);
    expect((await next.refresh({ refresh_token })).body).toEqual({ error: 'invalid_grant' });
    expect((await nextApi.admin('ListUsersInGroup', { GroupName: 'admins' })).body.Users).toEqual([]);
  });

  test('has the demo user with what it has, and with a new password', async () => {
    const data = dataFolderWithKeys();
    const { api } = await start(data);
    const { email, password: first } = api.services.demoUser;
    const sub = (await api.admin('AdminGetUser', { Username: email })).body.Username;

    const { api: next } = await start(data);
    expect((await next.admin('AdminGetUser', { Username: email })).body.Username).toBe(sub);
    expectError(await next.signIn(email, first), 'NotAuthorizedException');
    expect((await next.signIn(email, next.services.demoUser.password)).status).toBe(200);
  });

  test('has no emails and no sessions; a user who waits for a code requests another one', async () => {
    const data = dataFolderWithKeys();
    const { client, api } = await start(data);
    const browser = new Browser();
    await client.code({}, browser);
    const email = 'waiting@example.com';
    await signUp(api, email);
    const ConfirmationCode = await mailedCode(client, email);

    const { client: next, api: nextApi } = await start(data);
    expect(await (await fetch(next.url('/mailbox'))).text()).not.toContain('<article');
    expect((await browser.open(next.authorizeUrl())).url.pathname).toBe('/login');

    expectError(await nextApi.forUser('ConfirmSignUp', email, { ConfirmationCode }), 'ExpiredCodeException');
    expect((await nextApi.forUser('ResendConfirmationCode', email)).status).toBe(200);
    const mailed = { ConfirmationCode: await mailedCode(next, email) };
    expect((await nextApi.forUser('ConfirmSignUp', email, mailed)).status).toBe(200);
  });
});

describe('the files', () => {
  let data: string;
  let file: string;
  let answers: readonly ApiResponse[];

  beforeAll(async () => {
    data = dataFolderWithKeys();
    const { api } = await start(data);
    await addUser(api, 'anna@example.com');
    answers = [await api.signIn('anna@example.com', password)];
    file = join(data, `${api.userPoolId}.jsonl`);
  });

  test('are of this user alone', async () => {
    const folder = newDataFolder();
    const opened = await DataFolder.open(folder);
    const generated = jest.spyOn(signingKeys, 'generatePrivateKeys').mockResolvedValue(sharedPrivateKeys());
    await opened.signingKeys();
    await opened.saveKeys();
    generated.mockRestore();

    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    // Where no other address is at hand, the claim is a socket in the folder.
    const filesIn = (path: string) => readdirSync(path).filter((name) => !name.endsWith('.sock'));
    expect(filesIn(folder)).toEqual(['signing-keys.jsonl']);
    expect(filesIn(data).sort()).toEqual(['signing-keys.jsonl', file.slice(data.length + 1)].sort());
    expect([folder, join(folder, 'signing-keys.jsonl'), file].map(modeOf)).toEqual(['700', '600', '600']);
  });

  test('have no token and no password', () => {
    const text = readFileSync(file, 'utf8');
    const { AccessToken, IdToken, RefreshToken } = tokensIn(answers[0]!);
    expect(text).toContain('anna@example.com');
    for (const secret of [password, AccessToken, IdToken, RefreshToken]) {
      expect(text).not.toContain(secret);
    }
  });

  const remedy = 'Restore the file, or move it away to begin without it.';

  test.each<[string, (text: string) => string, RegExp | string]>([
    ['of another version', (text) => text.replace(':1', ':2'), `FILE must have version 1. ${remedy}`],
    ['that is no object', () => '[]', `FILE must have version 1. ${remedy}`],
    [
      'with a line that is not JSON',
      (text) => text.replace('{"users', '{users'),
      `FILE cannot be read: line 2: is not valid JSON. ${remedy}`,
    ],
    [
      'with an unknown member',
      (text) => text.replace('"enabled"', '"enabled":true,"isEnabled"'),
      /^FILE cannot be read: line 2: users\.[\w-]+: .*isEnabled/,
    ],
    [
      'with a verifier that is no number',
      (text) => text.replace('"verifier":"', '"verifier":"secret'),
      /^FILE cannot be read: line 2: users\.[\w-]+\.password\.verifier: (?!.*secret).*/,
    ],
    [
      'with a user without an address',
      (text) => text.replace('{"email":', '{"name":'),
      /^FILE cannot be read: line 2: users\.[\w-]+\.attributes\.email: .*/,
    ],
    [
      'with identities that are not a list',
      (text) => text.replace('{"email":', '{"identities":"x","email":'),
      /^FILE cannot be read: line 2: users\.[\w-]+\.attributes\.identities: is not a list/,
    ],
  ])('one %s is rejected, and stays as it is', async (_, change, message) => {
    const folder = dataFolderWithKeys();
    const path = join(folder, file.slice(data.length + 1));
    const changed = change(readFileSync(file, 'utf8'));
    writeFileSync(path, changed, { mode: 0o600 });
    const rejected = await start(folder).catch((error: unknown) => (error as Error).message.replace(path, 'FILE'));
    expect(rejected).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(readFileSync(path, 'utf8')).toBe(changed);
  });

  test('are rejected when others can read them', async () => {
    const folder = dataFolderWithKeys();
    await start(folder);
    const keys = join(folder, 'signing-keys.jsonl');
    chmodSync(keys, 0o640);
    await expect(start(folder)).rejects.toThrow(`Other users can read ${keys}. Run chmod 600 "${keys}".`);
  });

  test('with an invalid key are rejected', async () => {
    const folder = dataFolderWithKeys();
    await start(folder);
    const keys = join(folder, 'signing-keys.jsonl');
    writeFileSync(keys, readFileSync(keys, 'utf8').replace(/"n":"[^"]*"/, '"n":""'));
    await expect(start(folder)).rejects.toThrow(`${keys} contains an invalid key. ${remedy}`);
  });
});

describe('the folder', () => {
  test('is rejected when others can write there, or when it is a file', async () => {
    const [open, file] = [newDataFolder(), newDataFolder()];
    mkdirSync(open);
    chmodSync(open, 0o770);
    writeFileSync(file, '');
    await expect(DataFolder.open(open)).rejects.toThrow(
      `The folder ${open} cannot be used: other users can write to it; run chmod go-w "${open}".`,
    );
    await expect(DataFolder.open(file)).rejects.toThrow(/^The folder .* cannot be used: EEXIST/);
  });

  test('is rejected when it has something else, as the one of the project has', async () => {
    await expect(DataFolder.open('src')).rejects.toThrow(
      /^The folder .*src cannot be used: it contains other files, such as [\w.-]+; choose an empty folder\.$/,
    );
    expect(readdirSync('src')).not.toContain('signing-keys.jsonl');
  });

  test('has a file for each user pool', async () => {
    const data = dataFolderWithKeys();
    const { api } = await start(data);
    await addUser(api, 'anna@example.com');
    const users = await listUsers(api);

    const renamed = JSON.stringify(mainStacks())
      .replaceAll('aws_cognito_user_pool.user_pool', 'aws_cognito_user_pool.other')
      .replace('"aws_cognito_user_pool":{"user_pool"', '"aws_cognito_user_pool":{"other"');
    const other = new UserPoolApi(await new TestServices(JSON.parse(renamed) as Stack[]).serve({}, { data }));
    expect(other.userPoolId).not.toBe(api.userPoolId);
    expect(await listUsers(other)).toHaveLength(1);

    const { api: next } = await start(data);
    expect(await listUsers(next)).toMatchObject(
      (users as { Username: string }[]).map(({ Username }) => ({ Username })),
    );
  });
});

describe('a file', () => {
  const openFile = (path: string) => new DataFile(path, z.object({ count: z.number() }));
  const newFile = () => join(mkdtempSync(join(tmpdir(), 'data-')), 'file.jsonl');
  const write = (file: ReturnType<typeof openFile>, count: number) =>
    file.write(
      () => ({ count }),
      () => [{ count }],
    );

  test('gets changes of the same moment in one write', async () => {
    const file = openFile(newFile());
    let [count, reads] = [0, 0];
    const change = () => {
      count++;
      return file.write(
        () => ({ count }),
        () => {
          reads++;
          return [{ count }];
        },
      );
    };
    await Promise.all(Array.from({ length: 100 }, change));
    expect([reads, readFileSync(file.path, 'utf8')]).toEqual([1, '{"version":1}\n{"count":100}\n']);
  });

  test('gets a change at its end, and is compacted after it has grown by a megabyte', async () => {
    const path = newFile();
    const file = new DataFile(path, z.object({ text: z.string() }));
    const add = (text: string) =>
      file.write(
        () => ({ text }),
        () => [{ text: 'all' }],
      );
    await add('first');
    await add('second');
    const begin = '{"version":1}\n{"text":"all"}\n';
    expect(readFileSync(path, 'utf8')).toBe(`${begin}{"text":"second"}\n`);
    await add('x'.repeat(1024 * 1024));
    await add('last');
    expect(readFileSync(path, 'utf8')).toBe(begin);
  });

  test('has the changes before an incomplete write', async () => {
    const file = openFile(newFile());
    await write(file, 1);
    await write(file, 2);
    writeFileSync(file.path, '{"count":3', { flag: 'a' });
    expect(openFile(file.path).changes).toEqual([{ count: 1 }, { count: 2 }]);
  });

  test('is written again after it was removed', async () => {
    const file = openFile(newFile());
    await write(file, 1);
    rmSync(file.path);
    await expect(write(file, 2)).rejects.toThrow(/^.*file\.jsonl cannot be written: ENOENT/);
    await write(file, 3);
    expect(openFile(file.path).changes).toEqual([{ count: 3 }]);
  });
});
