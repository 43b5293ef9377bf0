import { type AppClient, type User } from '../model';
import { type Challenge, type SignInStep } from '../sign-in/sign-in';
import { type Metadata, type TokenSource } from '../triggers/triggers';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { assertSecretHash } from './client';
import { type Request, type Response } from './operation';
import { requiredParameter } from './parameters';
import { tokensOfSignIn } from './token-result';

type ChallengeRequest = Pick<
  Request<'RespondToAuthChallenge'>,
  'ChallengeName' | 'ChallengeResponses' | 'ClientMetadata' | 'Session'
>;

/** What the responses to a challenge do. */
type Respond = (
  pool: UserPool,
  client: AppClient,
  session: string,
  responses: Readonly<Record<string, string>>,
  clientMetadata: Metadata | undefined,
) => SignInStep | Promise<SignInStep>;

const challenges: Readonly<Record<Challenge, Respond>> = {
  MFA_SETUP: ({ signIn }, client, session) => signIn.withSetUp(client, session),
  NEW_PASSWORD_REQUIRED: async ({ signIn, userAttributes }, client, session, responses, clientMetadata) => {
    const user = signIn.userAt(session, 'NEW_PASSWORD_REQUIRED');
    const attributes = userAttributes.readWithPassword(user, newAttributesIn(responses), client);
    const step = signIn.withNewPassword(client, session, requiredParameter(responses, 'NEW_PASSWORD'));
    await userAttributes.update(step.user, attributes, { client, clientMetadata });
    return step;
  },
  SOFTWARE_TOKEN_MFA: ({ signIn }, client, session, responses) =>
    signIn.withSoftwareToken(client, session, requiredParameter(responses, 'SOFTWARE_TOKEN_MFA_CODE')),
};

const attributePrefix = 'userAttributes.';

/** Reads the responses `userAttributes.NAME`, which set attributes together with the new password. */
function newAttributesIn(responses: Readonly<Record<string, string>>): [name: string, value: string][] {
  return Object.entries(responses)
    .filter(([name]) => name.startsWith(attributePrefix))
    .map(([name, value]) => [name.slice(attributePrefix.length), value]);
}

/** @throws {UserPoolError} when the responses are wrong, or not those to the challenge of the session */
export async function respondToChallenge(
  pool: UserPool,
  client: AppClient,
  { ChallengeName: name, ChallengeResponses: responses = {}, ClientMetadata, Session: session }: ChallengeRequest,
): Promise<Response<'RespondToAuthChallenge'>> {
  const username = requiredParameter(responses, 'USERNAME');
  assertSecretHash(client, username, responses.SECRET_HASH, {
    missing: `Client ${client.id} is configured with secret but SECRET_HASH was not received`,
  });
  if (name === 'PASSWORD_VERIFIER') {
    const step = pool.signIn.finishSrp(client, {
      username,
      secretBlock: requiredParameter(responses, 'PASSWORD_CLAIM_SECRET_BLOCK'),
      signature: requiredParameter(responses, 'PASSWORD_CLAIM_SIGNATURE'),
      timestamp: requiredParameter(responses, 'TIMESTAMP'),
    });
    return respondTo(pool, client, step, { clientMetadata: ClientMetadata });
  }
  if (!Object.hasOwn(challenges, name)) {
    throw new UserPoolError('InvalidParameterException', `${name} is not served on this machine.`);
  }
  if (session === undefined) {
    throw new UserPoolError('InvalidParameterException', 'Missing required parameter Session');
  }
  if (!pool.signIn.belongsTo(session, username)) {
    throw new UserPoolError('NotAuthorizedException', 'Invalid session for the user.');
  }
  const step = await challenges[name as Challenge](pool, client, session, responses, ClientMetadata);
  return respondTo(pool, client, step, {
    clientMetadata: ClientMetadata,
    ...(name === 'NEW_PASSWORD_REQUIRED' && { source: 'TokenGeneration_NewPasswordChallenge' }),
  });
}

/** Responds with the tokens of a complete sign-in, or with its challenge. */
export async function respondTo(
  pool: UserPool,
  client: AppClient,
  step: SignInStep,
  {
    source = 'TokenGeneration_Authentication',
    clientMetadata,
  }: { readonly source?: TokenSource; readonly clientMetadata?: Metadata | undefined } = {},
): Promise<Response<'RespondToAuthChallenge'>> {
  if (step.challenge === undefined) {
    await pool.signIn.complete(client, step.user, clientMetadata);
    const result = await tokensOfSignIn(pool, client, step.user, source, clientMetadata);
    return { ChallengeParameters: {}, AuthenticationResult: result };
  }
  const { user, challenge, session } = step;
  return {
    ChallengeName: challenge,
    Session: session,
    ChallengeParameters: { USER_ID_FOR_SRP: user.username, ...parametersOf(challenge, user, pool) },
  };
}

function parametersOf(
  challenge: Challenge,
  { attributes }: User,
  { userAttributes }: UserPool,
): Record<string, string> {
  switch (challenge) {
    case 'MFA_SETUP':
      return { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' };
    case 'NEW_PASSWORD_REQUIRED':
      return {
        requiredAttributes: JSON.stringify(
          userAttributes.missing(attributes).map((name) => `${attributePrefix}${name}`),
        ),
        userAttributes: JSON.stringify(Object.fromEntries(attributes)),
      };
    case 'SOFTWARE_TOKEN_MFA':
      return {};
  }
}
