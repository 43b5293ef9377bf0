import {
  type AdminInitiateAuthRequest,
  type AdminInitiateAuthResponse,
  type AdminRespondToAuthChallengeRequest,
  type AdminRespondToAuthChallengeResponse,
  type InitiateAuthRequest,
  type InitiateAuthResponse,
  type RespondToAuthChallengeRequest,
  type RespondToAuthChallengeResponse,
} from '@aws-sdk/client-cognito-identity-provider';

import { type Challenge, type SignInStep } from '../../sign-in';
import { type UserPool } from '../../user-pool';
import { type AppClient, type AuthFlow } from '../../user-pool-configuration';
import { UserPoolError } from '../../user-pool-error';
import { assertSecretHash, findClient } from '../api-client';
import { type Operation } from '../operation';
import { assertUserPool } from '../user-pool-id';
import { refreshTokens, tokensOfSignIn } from './tokens';

/** Reads a parameter of the request. */
type Parameter = (name: string) => string;

/** How a sign-in begins. */
interface FlowStart {
  /** What the app client must allow. */
  readonly allowedBy: AuthFlow;
  /** The message of the API for a client that does not allow it. */
  readonly refusal: string;
  readonly start: (
    pool: UserPool,
    client: AppClient,
    parameter: Parameter,
  ) => InitiateAuthResponse | Promise<InitiateAuthResponse>;
}

const withPassword: FlowStart['start'] = (pool, client, parameter) =>
  answer(pool, client, pool.signIn.withPassword(client, parameter('USERNAME'), parameter('PASSWORD')));

const withSrp: FlowStart['start'] = (pool, client, parameter) => ({
  ChallengeName: 'PASSWORD_VERIFIER',
  ChallengeParameters: { ...pool.signIn.startSrp(client, parameter('USERNAME'), parameter('SRP_A')) },
});

const userSrp: FlowStart = {
  allowedBy: 'ALLOW_USER_SRP_AUTH',
  refusal: 'USER_SRP_AUTH is not enabled for the client.',
  start: withSrp,
};

const refresh: FlowStart = {
  allowedBy: 'ALLOW_REFRESH_TOKEN_AUTH',
  refusal: 'REFRESH_TOKEN_AUTH flow not enabled for this client',
  start: async (pool, client, parameter) => ({
    ChallengeParameters: {},
    AuthenticationResult: await refreshTokens(pool, client, parameter('REFRESH_TOKEN')),
  }),
};

const adminPassword: FlowStart = {
  allowedBy: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  refusal: 'Auth flow not enabled for this client',
  start: withPassword,
};

const flows: Readonly<Record<string, FlowStart>> = {
  USER_PASSWORD_AUTH: {
    allowedBy: 'ALLOW_USER_PASSWORD_AUTH',
    refusal: 'USER_PASSWORD_AUTH flow not enabled for this client',
    start: withPassword,
  },
  USER_SRP_AUTH: userSrp,
  REFRESH_TOKEN: refresh,
  REFRESH_TOKEN_AUTH: refresh,
};

const adminFlows: typeof flows = {
  ADMIN_NO_SRP_AUTH: adminPassword,
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  USER_SRP_AUTH: userSrp,
  REFRESH_TOKEN: refresh,
  REFRESH_TOKEN_AUTH: refresh,
};

/** Flows of AWS that are not served, and what a client needs for them. */
const unservedFlows: Readonly<Record<string, AuthFlow>> = {
  CUSTOM_AUTH: 'ALLOW_CUSTOM_AUTH',
  USER_AUTH: 'ALLOW_USER_AUTH',
};

export const initiateAuth: Operation<InitiateAuthRequest, InitiateAuthResponse> = (pool, request) =>
  start(flows, pool, findClient(pool, request.ClientId), request);

export const adminInitiateAuth: Operation<AdminInitiateAuthRequest, AdminInitiateAuthResponse> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  return start(adminFlows, pool, findClient(pool, request.ClientId), request);
};

function start(
  served: typeof flows,
  pool: UserPool,
  client: AppClient,
  {
    AuthFlow: name,
    AuthParameters: parameters = {},
  }: { readonly AuthFlow: string; readonly AuthParameters?: Readonly<Record<string, string>> | undefined },
): InitiateAuthResponse | Promise<InitiateAuthResponse> {
  const unserved = unservedFlows[name];
  if (unserved) {
    throw client.authFlows.has(unserved)
      ? new UserPoolError('UnsupportedOperationException', `${name} is not served on this machine.`)
      : new UserPoolError('InvalidParameterException', `${name} is not enabled for the client.`);
  }
  const flow = served[name];
  if (!flow) {
    throw new UserPoolError('InvalidParameterException', 'Initiate Auth method not supported.');
  }
  if (!client.authFlows.has(flow.allowedBy)) {
    throw new UserPoolError('InvalidParameterException', flow.refusal);
  }
  if (flow !== refresh) {
    assertSecretHash(client, required(parameters, 'USERNAME'), parameters.SECRET_HASH);
  } else if (client.secret !== undefined) {
    const grant = pool.grants.find(client, required(parameters, 'REFRESH_TOKEN'));
    assertSecretHash(client, grant?.sub ?? '', parameters.SECRET_HASH);
  }
  return flow.start(pool, client, (parameter) => required(parameters, parameter));
}

export const respondToAuthChallenge: Operation<RespondToAuthChallengeRequest, RespondToAuthChallengeResponse> = (
  pool,
  request,
) => respond(pool, findClient(pool, request.ClientId), request);

export const adminRespondToAuthChallenge: Operation<
  AdminRespondToAuthChallengeRequest,
  AdminRespondToAuthChallengeResponse
> = (pool, request) => {
  assertUserPool(pool, request.UserPoolId);
  return respond(pool, findClient(pool, request.ClientId), request);
};

/** What the answers to the challenges do. */
const challenges: Readonly<
  Record<Challenge, (pool: UserPool, client: AppClient, session: string, parameter: Parameter) => SignInStep>
> = {
  MFA_SETUP: (pool, client, session) => pool.signIn.withSetUp(client, session),
  NEW_PASSWORD_REQUIRED: (pool, client, session, parameter) =>
    pool.signIn.withNewPassword(client, session, parameter('NEW_PASSWORD')),
  SOFTWARE_TOKEN_MFA: (pool, client, session, parameter) =>
    pool.signIn.withSoftwareToken(client, session, parameter('SOFTWARE_TOKEN_MFA_CODE')),
};

async function respond(
  pool: UserPool,
  client: AppClient,
  {
    ChallengeName: name,
    Session: session,
    ChallengeResponses: responses = {},
  }: {
    readonly ChallengeName: string;
    readonly Session?: string | undefined;
    readonly ChallengeResponses?: Readonly<Record<string, string>> | undefined;
  },
): Promise<RespondToAuthChallengeResponse> {
  const username = required(responses, 'USERNAME');
  assertSecretHash(client, username, responses.SECRET_HASH);
  if (name === 'PASSWORD_VERIFIER') {
    return answer(
      pool,
      client,
      pool.signIn.finishSrp(client, {
        username,
        secretBlock: required(responses, 'PASSWORD_CLAIM_SECRET_BLOCK'),
        signature: required(responses, 'PASSWORD_CLAIM_SIGNATURE'),
        timestamp: required(responses, 'TIMESTAMP'),
      }),
    );
  }
  if (!Object.hasOwn(challenges, name)) {
    throw new UserPoolError('InvalidParameterException', `${name} is not served on this machine.`);
  }
  if (session === undefined) {
    throw new UserPoolError('InvalidParameterException', 'Missing required parameter Session');
  }
  if (!pool.signIn.isOf(session, username)) {
    throw new UserPoolError('NotAuthorizedException', 'Invalid session for the user.');
  }
  const challenge = challenges[name as Challenge];
  return answer(
    pool,
    client,
    challenge(pool, client, session, (parameter) => required(responses, parameter)),
  );
}

/** Answers with the tokens of a complete sign-in, or with its challenge. */
async function answer(pool: UserPool, client: AppClient, step: SignInStep): Promise<InitiateAuthResponse> {
  if (step.challenge === undefined) {
    return { ChallengeParameters: {}, AuthenticationResult: await tokensOfSignIn(pool, client, step.user) };
  }
  const { user, challenge, session } = step;
  return {
    ChallengeName: challenge,
    Session: session,
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.sub,
      ...(challenge === 'MFA_SETUP' && { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }),
      ...(challenge === 'NEW_PASSWORD_REQUIRED' && {
        requiredAttributes: '[]',
        userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
      }),
    },
  };
}

/** @throws {UserPoolError} when the request does not have the parameter */
function required(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value === undefined || value === '') {
    throw new UserPoolError('InvalidParameterException', `Missing required parameter ${name}`);
  }
  return value;
}
