import { type AppClient, type AuthFlow } from '../model';
import { type Metadata } from '../triggers/triggers';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { respondTo } from './challenge';
import { assertSecretHash } from './client';
import { type Request, type Response } from './operation';
import { requiredParameter } from './parameters';
import { refreshedTokens } from './token-result';

type StartRequest = Pick<Request<'InitiateAuth'>, 'AuthFlow' | 'AuthParameters' | 'ClientMetadata'>;
type StartResponse = Response<'InitiateAuth'>;

/** How a sign-in begins. */
interface SignInFlow {
  /** What the app client must allow. */
  readonly allowedBy: AuthFlow;
  /** The message of the API for a client that does not allow it. */
  readonly notAllowed: string;
  readonly start: (
    pool: UserPool,
    client: AppClient,
    parameters: Readonly<Record<string, string>>,
    validationData: Metadata | undefined,
  ) => StartResponse | Promise<StartResponse>;
}

const withPassword: SignInFlow['start'] = async (pool, client, parameters, validationData) => {
  const username = requiredParameter(parameters, 'USERNAME');
  assertSecretHash(client, username, parameters.SECRET_HASH);
  const password = requiredParameter(parameters, 'PASSWORD');
  return respondTo(pool, client, await pool.signIn.withPassword(client, username, password, validationData));
};

const srp: SignInFlow = {
  allowedBy: 'ALLOW_USER_SRP_AUTH',
  notAllowed: 'USER_SRP_AUTH is not enabled for the client.',
  start: async (pool, client, parameters, validationData) => {
    const username = requiredParameter(parameters, 'USERNAME');
    assertSecretHash(client, username, parameters.SECRET_HASH, {
      missing: `Client ${client.id} is configured with secret but SECRET_HASH was not received`,
    });
    const clientValue = requiredParameter(parameters, 'SRP_A');
    const challenge = await pool.signIn.startSrp(client, username, clientValue, validationData);
    return { ChallengeName: 'PASSWORD_VERIFIER', ChallengeParameters: { ...challenge } };
  },
};

const refresh: SignInFlow = {
  allowedBy: 'ALLOW_REFRESH_TOKEN_AUTH',
  notAllowed: 'REFRESH_TOKEN_AUTH flow not enabled for this client',
  start: async (pool, client, parameters) => {
    const token = requiredParameter(parameters, 'REFRESH_TOKEN');
    if (client.secret !== undefined) {
      const user = pool.users.withSub(pool.grants.find(client, token)?.sub ?? '');
      assertSecretHash(client, user?.username ?? '', parameters.SECRET_HASH, {
        wrong: `SecretHash does not match for the client: ${client.id}`,
      });
    }
    return { ChallengeParameters: {}, AuthenticationResult: await refreshedTokens(pool, client, token) };
  },
};

const adminPassword: SignInFlow = {
  allowedBy: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  notAllowed: 'Auth flow not enabled for this client',
  start: withPassword,
};

export const flows: ReadonlyMap<string, SignInFlow> = new Map([
  [
    'USER_PASSWORD_AUTH',
    {
      allowedBy: 'ALLOW_USER_PASSWORD_AUTH',
      notAllowed: 'USER_PASSWORD_AUTH flow not enabled for this client',
      start: withPassword,
    },
  ],
  ['USER_SRP_AUTH', srp],
  ['REFRESH_TOKEN', refresh],
  ['REFRESH_TOKEN_AUTH', refresh],
]);

export const adminFlows: typeof flows = new Map([
  ['ADMIN_NO_SRP_AUTH', adminPassword],
  ['ADMIN_USER_PASSWORD_AUTH', adminPassword],
  ['USER_SRP_AUTH', srp],
  ['REFRESH_TOKEN', refresh],
  ['REFRESH_TOKEN_AUTH', refresh],
]);

/** Flows of AWS that are not served, and what a client needs for them. */
const unservedFlows: ReadonlyMap<string, AuthFlow> = new Map([
  ['CUSTOM_AUTH', 'ALLOW_CUSTOM_AUTH'],
  ['USER_AUTH', 'ALLOW_USER_AUTH'],
]);

/** @throws {UserPoolError} when the flow is not served, or the client does not allow it */
export function startSignIn(
  served: typeof flows,
  pool: UserPool,
  client: AppClient,
  { AuthFlow: name, AuthParameters: parameters = {}, ClientMetadata: validationData }: StartRequest,
): StartResponse | Promise<StartResponse> {
  const unserved = unservedFlows.get(name);
  if (unserved) {
    throw client.authFlows.has(unserved)
      ? new UserPoolError('UnsupportedOperationException', `${name} is not served on this machine.`)
      : new UserPoolError('InvalidParameterException', `${name} is not enabled for the client.`);
  }
  const flow = served.get(name);
  if (!flow) {
    throw new UserPoolError('InvalidParameterException', 'Initiate Auth method not supported.');
  }
  if (!client.authFlows.has(flow.allowedBy)) {
    throw new UserPoolError('InvalidParameterException', flow.notAllowed);
  }
  return flow.start(pool, client, parameters, validationData);
}
