// Does what a back end does with the AWS SDK for JavaScript, with SRP by amazon-user-pool-srp-client.
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderServiceException,
  GetUserCommand,
  InitiateAuthCommand,
  paginateListUsers,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { getNowString, SRPClient, calculateSignature } from 'amazon-user-pool-srp-client';

import { type Client } from './client';

export const run: Client = async (services) => {
  const client = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: services.userPoolApiUrl,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const UserPoolId = services.userPoolId;
  const ClientId = services.client.id;
  const [Username, Password] = ['employee@example.com', 'Correct-horse-1'];
  const { User } = await client.send(
    new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes: [{ Name: 'email_verified', Value: 'true' }] }),
  );
  await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  const { UserStatus } = await client.send(new AdminGetUserCommand({ UserPoolId, Username }));

  const srp = new SRPClient(UserPoolId.split('_')[1]!);
  const { ChallengeParameters = {} } = await client.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: Username, SRP_A: srp.calculateA() },
    }),
  );
  const { USER_ID_FOR_SRP = '', SRP_B = '', SALT = '', SECRET_BLOCK = '' } = ChallengeParameters;
  const key = srp.getPasswordAuthenticationKey(USER_ID_FOR_SRP, Password, SRP_B, SALT);
  const TIMESTAMP = getNowString();
  const { AuthenticationResult } = await client.send(
    new RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: {
        USERNAME: USER_ID_FOR_SRP,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: calculateSignature(key, srp.poolName, USER_ID_FOR_SRP, SECRET_BLOCK, TIMESTAMP),
        TIMESTAMP,
      },
    }),
  );
  const me = await client.send(new GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken }));
  const emails: unknown[] = [];
  for await (const { Users = [] } of paginateListUsers({ client, pageSize: 1 }, { UserPoolId })) {
    emails.push(...Users.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === 'email')?.Value));
  }
  const rejection = (await client
    .send(new GetUserCommand({ AccessToken: 'x.y.z' }))
    .catch((error: unknown) => error)) as CognitoIdentityProviderServiceException;
  return {
    created: User?.UserStatus,
    isRecent: Math.abs(Date.now() - (User?.UserCreateDate?.getTime() ?? 0)) < 60_000,
    then: UserStatus,
    isMe: me.Username === User?.Username,
    emails,
    rejection: [rejection.name, rejection.message, rejection.$metadata.httpStatusCode],
  };
};
