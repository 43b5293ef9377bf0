// Calls every operation of the user pool's API over and over, and shows whether the memory of the services grows:
// node --import tsx __tests__/bench/soak.ts [calls]
import '../support/temporary-folder';

import { getDiffieHellman, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TestServices } from '../support/local-services';
import { runMain } from '../support/main-stacks';
import { mailedCode, OAuthClient } from '../support/oauth-client';
import { onTestServer, startTestServer, stopTestServer } from '../support/test-server-process';
import { totp } from '../support/totp';
import { UserPoolApi } from '../support/user-pool-api';

const calls = Number(process.argv[2] ?? 100_000);
const measurements = 10;
const parallelUsers = 4;

/** After it, nothing is valid that the users leave behind; they revoke their refresh tokens. In seconds. */
const dayAndMore = 25 * 60 * 60;

/** The operations that are served. */
const { operations } = JSON.parse(
  readFileSync(join('src', 'local', 'user-pool', 'api', 'request-shapes.json'), 'utf8'),
) as { readonly operations: object };

/** Public value of a client that starts a sign-in with SRP. */
const SRP_A = getDiffieHellman('modp15').generateKeys('hex');

const [first, second, third] = ['Correct-horse-1', 'Battery-staple-2', 'Stapled-battery-3'] as const;

type Response = Readonly<Record<string, unknown>> & {
  readonly AuthenticationResult?: Readonly<Record<'AccessToken' | 'RefreshToken', string>>;
};

/** Calls operations, and counts them by name. */
class Caller {
  readonly counts = new Map<string, number>();

  constructor(private readonly api: UserPoolApi) {}

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Calls an operation that takes an access token or a session. */
  asUser(operation: string, request: object): Promise<Response> {
    return this.count(operation, this.api.call(operation, request));
  }

  /** Calls an operation that names the app client. */
  asApp(operation: string, request: object): Promise<Response> {
    return this.asUser(operation, { ClientId: this.api.clientId, ...request });
  }

  asAdmin(operation: string, request: object): Promise<Response> {
    return this.count(operation, this.api.admin(operation, request));
  }

  private async count(operation: string, answer: ReturnType<UserPoolApi['call']>): Promise<Response> {
    const { status, body } = await answer;
    if (status !== 200) {
      throw new Error(`${operation} returns ${status}, ${String(body.__type)}: ${String(body.message)}`);
    }
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    return body;
  }
}

/** Signs up, does whatever a user can do, and deletes the account. */
async function useAccount(caller: Caller, client: OAuthClient, services: TestServices): Promise<void> {
  const Username = `${randomUUID()}@example.com`;
  const code = () => mailedCode(client, Username);
  const signIn = (PASSWORD: string) =>
    caller.asApp('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: Username, PASSWORD } });

  await caller.asApp('SignUp', { Username, Password: first, UserAttributes: [{ Name: 'email', Value: Username }] });
  await caller.asApp('ResendConfirmationCode', { Username });
  await caller.asApp('ConfirmSignUp', { Username, ConfirmationCode: await code() });

  const { AccessToken } = (await signIn(first)).AuthenticationResult!;
  await caller.asUser('GetUser', { AccessToken });
  await caller.asUser('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name: 'given_name', Value: 'Anna' }] });
  await caller.asAdmin('AdminUpdateUserAttributes', {
    Username,
    UserAttributes: [{ Name: 'email_verified', Value: 'false' }],
  });
  await caller.asUser('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' });
  await caller.asUser('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code: await code() });
  await caller.asUser('DeleteUserAttributes', { AccessToken, UserAttributeNames: ['given_name'] });
  await caller.asUser('ChangePassword', { AccessToken, PreviousPassword: first, ProposedPassword: second });

  const { SecretCode } = await caller.asUser('AssociateSoftwareToken', { AccessToken });
  const appCode = (ahead: number) => totp(SecretCode as string, services.now + ahead);
  await caller.asUser('VerifySoftwareToken', { AccessToken, UserCode: appCode(0) });
  await caller.asUser('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } });
  await caller.asUser('GlobalSignOut', { AccessToken });

  await caller.asApp('ForgotPassword', { Username });
  await caller.asApp('ConfirmForgotPassword', { Username, ConfirmationCode: await code(), Password: third });
  const { Session } = await signIn(third);
  // A code works once, so that this one is that of the next half minute.
  const ChallengeResponses = { USERNAME: Username, SOFTWARE_TOKEN_MFA_CODE: appCode(30_000) };
  const challenge = { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session, ChallengeResponses };
  const { RefreshToken } = (await caller.asApp('RespondToAuthChallenge', challenge)).AuthenticationResult!;
  await caller.asApp('GetTokensFromRefreshToken', { RefreshToken });
  await caller.asApp('RevokeToken', { Token: RefreshToken });
  await caller.asAdmin('AdminSetUserPassword', { Username, Password: first, Permanent: true });
  await caller.asAdmin('AdminDeleteUser', { Username });
}

/** Adds a user, has the user sign in, and does whatever else an administrator can do. */
async function administer(caller: Caller, { clientId: ClientId }: OAuthClient): Promise<void> {
  const Username = `${randomUUID()}@example.com`;
  await caller.asAdmin('DescribeUserPool', {});
  await caller.asAdmin('DescribeUserPoolClient', { ClientId });
  await caller.asAdmin('DescribeUserPoolDomain', { Domain: 'any' });
  await caller.asAdmin('DescribeResourceServer', { Identifier: 'awesomeapi-resource-server' });
  await caller.asAdmin('GetUserPoolMfaConfig', {});
  for (const list of ['ListUserPools', 'ListUserPoolClients', 'ListResourceServers']) {
    await caller.asAdmin(list, { MaxResults: 10 });
  }
  await caller.asAdmin('AdminCreateUser', { Username, TemporaryPassword: first });
  await caller.asAdmin('AdminGetUser', { Username });
  const { Session } = await caller.asAdmin('AdminInitiateAuth', {
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD: first },
  });
  await caller.asAdmin('AdminRespondToAuthChallenge', {
    ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session,
    ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: second },
  });
  const group = { GroupName: 'admins' };
  await caller.asAdmin('ListGroups', {});
  await caller.asAdmin('GetGroup', group);
  await caller.asAdmin('AdminAddUserToGroup', { Username, ...group });
  await caller.asAdmin('ListUsersInGroup', group);
  await caller.asAdmin('AdminListGroupsForUser', { Username });
  await caller.asAdmin('AdminRemoveUserFromGroup', { Username, ...group });
  await caller.asAdmin('ListUsers', { Limit: 10, Filter: 'status = "Enabled"' });
  await caller.asAdmin('AdminSetUserMFAPreference', { Username, SoftwareTokenMfaSettings: { Enabled: false } });
  await caller.asAdmin('AdminDeleteUserAttributes', { Username, UserAttributeNames: ['nickname'] });
  const UserAttributes = [{ Name: 'email_verified', Value: 'true' }];
  await caller.asAdmin('AdminUpdateUserAttributes', { Username, UserAttributes });
  await caller.asAdmin('AdminResetUserPassword', { Username });
  await caller.asAdmin('AdminUserGlobalSignOut', { Username });
  await caller.asAdmin('AdminDisableUser', { Username });
  await caller.asAdmin('AdminEnableUser', { Username });
  await caller.asAdmin('AdminDeleteUser', { Username });
}

/** Signs up, starts sign-ins, and deletes the account in the middle of one. */
async function leaveEarly(caller: Caller): Promise<void> {
  const Username = `${randomUUID()}@example.com`;
  const AuthParameters = { USERNAME: Username, PASSWORD: first, SRP_A };
  await caller.asApp('SignUp', { Username, Password: first });
  await caller.asAdmin('AdminConfirmSignUp', { Username });
  const { AuthenticationResult } = await caller.asApp('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters,
  });
  await caller.asApp('InitiateAuth', { AuthFlow: 'USER_SRP_AUTH', AuthParameters });
  await caller.asUser('DeleteUser', { AccessToken: AuthenticationResult!.AccessToken });
}

async function main(): Promise<void> {
  await Promise.all([runMain(), startTestServer()]);
  const services = new TestServices();
  const served = await services.serve({
    'aws_cognito_user_pool.user_pool': {
      mfa_configuration: 'OPTIONAL',
      software_token_mfa_configuration: { enabled: true },
    },
    'aws_cognito_user_group.admins': { name: 'admins', user_pool_id: '${aws_cognito_user_pool.user_pool.id}' },
    'aws_cognito_user_pool_client.awesome-app-client': {
      explicit_auth_flows: ['ADMIN_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH', 'USER_SRP_AUTH'].map(
        (flow) => `ALLOW_${flow}`,
      ),
      refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: 0 }],
    },
  });
  const client = new OAuthClient(served);
  const caller = new Caller(new UserPoolApi(served));
  console.log(['calls', 'memory', 'per s'].map((title) => title.padStart(10)).join(''));
  const start = performance.now();
  for (let measurement = 1; measurement <= measurements; measurement++) {
    const useUntilMeasurement = async () => {
      while (caller.total < (calls * measurement) / measurements) {
        await useAccount(caller, client, services);
        await administer(caller, client);
        await leaveEarly(caller);
      }
    };
    await Promise.all(Array.from({ length: parallelUsers }, useUntilMeasurement));
    await services.wait(dayAndMore);
    await useAccount(caller, client, services);
    const megabytes = (await onTestServer('usedMemory')) / 2 ** 20;
    const rate = (caller.total * 1000) / (performance.now() - start);
    console.log(
      [String(caller.total), `${megabytes.toFixed(1)} MiB`, rate.toFixed(0)].map((cell) => cell.padStart(10)).join(''),
    );
  }
  await stopTestServer();
  const uncalled = Object.keys(operations).filter((operation) => !caller.counts.has(operation));
  if (uncalled.length > 0) {
    throw new Error(`not called: ${uncalled.join(', ')}`);
  }
}

void main();
