import { getDiffieHellman } from 'node:crypto';

import { jwtPart } from '../support/oauth-client';
import { type Endpoint, type Response } from './endpoint';
import { type Ask, captured, cognitoGuide, cognitoReference, factGroup, NotServed, testsOf } from './fact';

const managingErrors = cognitoGuide('cognito-user-pool-managing-errors');
const authentication = testsOf('authentication');
const administration = testsOf('administration');
const accounts = testsOf('accounts');
const protocol = testsOf('protocol');
/** A row of the table of errors, by operation and error. */
const row = testsOf('errors')('%s: %s');
const srpA = () => getDiffieHellman('modp15').generateKeys('hex');

/** An error of the API. */
function errorIn({ status, body }: Response) {
  return { status, type: String(body.__type).split('#').at(-1), message: body.message };
}

const error = (type: string, message: unknown = /./) => ({ status: 400, type, message });

function fails(call: (endpoint: Endpoint) => Promise<Response>, type: string, message?: unknown): Ask {
  return async (endpoint) => [errorIn(await call(endpoint)), error(type, message)];
}

/** Waits for an operation that is called with credentials, and returns its error. */
async function adminError(call: Promise<unknown>) {
  try {
    await call;
    return { type: 'no error' };
  } catch (error) {
    const { name, message } = error as Error;
    return { type: name, message };
  }
}

async function signUp(endpoint: Endpoint, person: { readonly email: string; readonly password: string }) {
  return endpoint.clientApi('SignUp', {
    Username: person.email,
    Password: person.password,
    UserAttributes: [{ Name: 'email', Value: person.email }],
  });
}

/** Someone who has signed up and not confirmed the address. */
async function unconfirmed(endpoint: Endpoint) {
  const person = endpoint.newPerson();
  await signUp(endpoint, person);
  return person;
}

export const userPoolApiFacts = factGroup(
  'User pool API',
  'U',
  async (endpoint) => {
    const { status } = await endpoint.apiSignIn(endpoint.newPerson());
    if (status === 404 || status >= 500) {
      throw new NotServed(`InitiateAuth: ${status}`);
    }
  },
  [
    [
      'A wrong password: `NotAuthorizedException`, “Incorrect username or password.”',
      managingErrors,
      protocol('of an error has the name and the message in the body and in headers'),
      fails(
        async (endpoint) => endpoint.apiSignIn({ ...(await endpoint.user()), password: 'Wrong-1234' }),
        'NotAuthorizedException',
        'Incorrect username or password.',
      ),
    ],
    [
      'An error is also in the headers `x-amzn-ErrorType`, with a colon, and `x-amzn-ErrorMessage`.',
      captured('aws/aws-sdk-cpp', 1789),
      protocol('of an error has the name and the message in the body and in headers'),
      async (endpoint) => {
        const { headers } = await endpoint.apiSignIn({ ...(await endpoint.user()), password: 'Wrong-1234' });
        return [
          headers,
          {
            'content-type': 'application/x-amz-json-1.1',
            'x-amzn-errortype': 'NotAuthorizedException:',
            'x-amzn-errormessage': 'Incorrect username or password.',
          },
        ];
      },
    ],
    [
      'Pages of any origin can read a response, with its ID and its error.',
      captured('aws-amplify/amplify-js', 824),
      protocol('is one that a page of any origin can read'),
      async (endpoint) => {
        const { headers } = await endpoint.api('GetUser', { AccessToken: 'x' });
        return [
          headers,
          {
            'access-control-allow-origin': '*',
            'access-control-expose-headers': /^\*$|x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage/,
          },
        ];
      },
    ],
    [
      'A client that prevents it says the same of an unknown user.',
      managingErrors,
      authentication('distinguishes an unknown user from a wrong password only where the client allows it'),
      fails(
        (endpoint) => endpoint.apiSignIn(endpoint.newPerson()),
        'NotAuthorizedException',
        'Incorrect username or password.',
      ),
    ],
    [
      'A client that does not prevent it says `UserNotFoundException`.',
      cognitoReference('API_UserPoolClientType'),
      authentication('distinguishes an unknown user from a wrong password only where the client allows it'),
      fails(
        (endpoint) =>
          endpoint.startSrp(endpoint.newPerson().email, srpA(), endpoint.output('CognitoUserPoolAppClientID-legacy')),
        'UserNotFoundException',
      ),
    ],
    [
      'SRP begins with `PASSWORD_VERIFIER`: `SALT`, `SRP_B`, `SECRET_BLOCK` and `USER_ID_FOR_SRP`.',
      cognitoGuide('amazon-cognito-user-pools-authentication-flow'),
      authentication('responds with the challenge PASSWORD_VERIFIER, for an unknown user in the same form each time'),
      async (endpoint) => [
        (await endpoint.startSrp((await endpoint.user()).email, srpA())).body,
        {
          ChallengeName: 'PASSWORD_VERIFIER',
          ChallengeParameters: { SALT: /^[0-9a-f]+$/, SRP_B: /^[0-9a-f]+$/, SECRET_BLOCK: /./, USER_ID_FOR_SRP: /./ },
        },
      ],
    ],
    [
      'SRP gives tokens for the proof of the password.',
      cognitoGuide('amazon-cognito-user-pools-authentication-flow'),
      authentication('ends when the password changes'),
      async (endpoint) => [
        (await endpoint.signInWithSrp(await endpoint.user())).body,
        { AuthenticationResult: { AccessToken: /./, IdToken: /./, RefreshToken: /./, TokenType: 'Bearer' } },
      ],
    ],
    [
      'SRP begins in the same way for an unknown user, with the same salt each time.',
      managingErrors,
      authentication('responds with the challenge PASSWORD_VERIFIER, for an unknown user in the same form each time'),
      async (endpoint) => {
        const { email } = endpoint.newPerson();
        const [first, second] = [await endpoint.startSrp(email, srpA()), await endpoint.startSrp(email, srpA())];
        const { SALT } = (first.body.ChallengeParameters ?? {}) as { SALT?: string };
        return [second.body, { ChallengeName: 'PASSWORD_VERIFIER', ChallengeParameters: { SALT: SALT ?? /./ } }];
      },
    ],
    [
      'A flow that the client does not have: `InvalidParameterException`.',
      cognitoReference('API_InitiateAuth'),
      authentication('%s needs %s'),
      fails(
        async (endpoint) =>
          endpoint.api('InitiateAuth', {
            ClientId: endpoint.output('CognitoUserPoolAppClientID-legacy'),
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: await endpoint
              .user()
              .then(({ email, password }) => ({ USERNAME: email, PASSWORD: password })),
          }),
        'InvalidParameterException',
      ),
    ],
    [
      'A flow of `AdminInitiateAuth`: `InvalidParameterException`, “Initiate Auth method not supported.”',
      captured('soto-project/soto-cognito-authentication-kit', 10),
      authentication('rejects the flows of AdminInitiateAuth'),
      fails(
        async (endpoint) => {
          const { email, password } = await endpoint.user();
          return endpoint.clientApi('InitiateAuth', {
            AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: email, PASSWORD: password },
          });
        },
        'InvalidParameterException',
        'Initiate Auth method not supported.',
      ),
    ],
    [
      'An access token of this API has the scope `aws.cognito.signin.user.admin` alone.',
      captured('aws-amplify/amplify-js', 3732),
      authentication('have the scope of the API alone, and no version'),
      async (endpoint) => [jwtPart((await endpoint.apiTokens()).AccessToken, 1).scope, 'aws.cognito.signin.user.admin'],
    ],
    [
      'A temporary password: the challenge `NEW_PASSWORD_REQUIRED`, with a session.',
      cognitoReference('API_AdminCreateUser'),
      administration('adds a user whose first sign-in asks for another password'),
      async (endpoint) => [
        (await endpoint.apiSignIn(await endpoint.newUser({ Permanent: false }))).body,
        { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: /./ },
      ],
    ],
    [
      '`UserStatus` is `FORCE_CHANGE_PASSWORD` with a temporary password, and `CONFIRMED` with a permanent one.',
      cognitoReference('API_AdminSetUserPassword'),
      administration('adds a user whose first sign-in asks for another password'),
      async (endpoint) => {
        const people = [await endpoint.newUser({ Permanent: false }), await endpoint.newUser()];
        const states = await Promise.all(
          people.map(async ({ email }) => {
            const user = { UserPoolId: endpoint.userPoolId, Username: email };
            return (await endpoint.cognito.adminGetUser(user)).UserStatus;
          }),
        );
        return [states, ['FORCE_CHANGE_PASSWORD', 'CONFIRMED']];
      },
    ],
    [
      '`AdminCreateUser` without an email address as user name: “Username should be an email.”',
      captured('boto/boto3', 3836),
      administration('rejects %s'),
      async (endpoint) => [
        await adminError(
          endpoint.cognito.adminCreateUser({
            UserPoolId: endpoint.userPoolId,
            Username: 'someone',
            MessageAction: 'SUPPRESS',
          }),
        ),
        { type: 'InvalidParameterException', message: 'Username should be an email.' },
      ],
    ],
    [
      '`AdminSetUserPassword` with a short password: `InvalidPasswordException`.',
      cognitoReference('API_AdminSetUserPassword'),
      row,
      async (endpoint) => {
        const { email } = await endpoint.newUser();
        return [
          await adminError(
            endpoint.cognito.adminSetUserPassword({
              UserPoolId: endpoint.userPoolId,
              Username: email,
              Password: 'Aa1-',
              Permanent: true,
            }),
          ),
          { type: 'InvalidPasswordException' },
        ];
      },
    ],
    [
      '`ListUsers` finds the user whose `email` is in the filter.',
      cognitoGuide('how-to-manage-user-accounts'),
      administration('filters: %s'),
      async (endpoint) => {
        const { email } = await endpoint.newUser();
        const { Users = [] } = await endpoint.cognito.listUsers({
          UserPoolId: endpoint.userPoolId,
          Filter: `email = "${email}"`,
        });
        return [Users.map(({ Attributes = [] }) => Attributes.find(({ Name }) => Name === 'email')?.Value), [email]];
      },
    ],
    [
      'An operation for administrators without a signature: `MissingAuthenticationTokenException`.',
      cognitoReference('CommonErrors'),
      protocol('is rejected without a signature: %s'),
      fails(
        async (endpoint) =>
          endpoint.api('AdminGetUser', { UserPoolId: endpoint.userPoolId, Username: (await endpoint.user()).email }),
        'MissingAuthenticationTokenException',
      ),
    ],
    [
      '`GetUser` has the attributes `sub`, `email` and `email_verified`.',
      cognitoReference('API_GetUser'),
      accounts('are those that the client can read'),
      async (endpoint) => {
        const { AccessToken } = await endpoint.apiTokens();
        const { UserAttributes } = (await endpoint.api('GetUser', { AccessToken })).body as {
          UserAttributes?: { Name: string; Value: string }[];
        };
        return [
          Object.fromEntries((UserAttributes ?? []).map(({ Name, Value }) => [Name, Value])),
          { sub: jwtPart(AccessToken, 1).sub, email: (await endpoint.user()).email, email_verified: 'true' },
        ];
      },
    ],
    [
      '`GetUser` with a token of the login: “Access Token does not have required scopes”.',
      captured('aws-amplify/amplify-js', 5921),
      accounts('of the hosted login needs aws.cognito.signin.user.admin: %s'),
      fails(
        async (endpoint) => endpoint.api('GetUser', { AccessToken: (await endpoint.tokens()).access_token }),
        'NotAuthorizedException',
        'Access Token does not have required scopes',
      ),
    ],
    [
      'Garbage as access token: `NotAuthorizedException`, “Invalid Access Token”.',
      captured('amazon-archives/aws-cognito-angular-quickstart', 137),
      row,
      fails(
        (endpoint) => endpoint.api('GetUser', { AccessToken: 'x' }),
        'NotAuthorizedException',
        'Invalid Access Token',
      ),
    ],
    [
      '`SignUp` sends a code, and returns where, masked.',
      managingErrors,
      accounts('adds a user, sends a code by email, and returns the masked address'),
      async (endpoint) => [
        (await signUp(endpoint, endpoint.newPerson())).body,
        {
          UserConfirmed: false,
          UserSub: /./,
          CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: /^s\*+@s\*+$/ },
        },
      ],
    ],
    [
      '`SignUp` with an address in use: `UsernameExistsException`, “An account with the given email already exists.”',
      captured('jonsaw/amazon-cognito-identity-dart', 73),
      accounts('reports an address that is in use, even where the existence of users is hidden'),
      fails(
        async (endpoint) => signUp(endpoint, await endpoint.user()),
        'UsernameExistsException',
        'An account with the given email already exists.',
      ),
    ],
    [
      '`SignUp` with 7 characters: `InvalidPasswordException`, “Password not long enough”.',
      captured('aws-amplify/aws-sdk-android', 2370),
      row,
      fails(
        (endpoint) => signUp(endpoint, { ...endpoint.newPerson(), password: 'Abcde1-' }),
        'InvalidPasswordException',
        'Password did not conform with policy: Password not long enough',
      ),
    ],
    [
      "`SignUp` with an empty user name: “… at 'username' failed to satisfy constraint: Member must have length …”",
      captured('amazon-archives/amazon-cognito-identity-js', 388),
      protocol('%s'),
      fails(
        (endpoint) => endpoint.clientApi('SignUp', { Username: '', Password: 'Aa1-Aa1-' }),
        'InvalidParameterException',
        /at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1/,
      ),
    ],
    [
      'A sign-in before the confirmation: `UserNotConfirmedException`, “User is not confirmed.”',
      captured('aws-amplify/amplify-js', 3679),
      row,
      fails(
        async (endpoint) => endpoint.apiSignIn(await unconfirmed(endpoint)),
        'UserNotConfirmedException',
        'User is not confirmed.',
      ),
    ],
    [
      '`ConfirmSignUp` with a wrong code: `CodeMismatchException`, “Invalid verification code provided, please try again.”',
      captured('aws-amplify/amplify-js', 11738),
      row,
      fails(
        async (endpoint) =>
          endpoint.clientApi('ConfirmSignUp', {
            Username: (await unconfirmed(endpoint)).email,
            ConfirmationCode: 'wrong',
          }),
        'CodeMismatchException',
        'Invalid verification code provided, please try again.',
      ),
    ],
    [
      '`ForgotPassword` for an unknown user pretends to send a code.',
      managingErrors,
      accounts('respond for %s as for anyone, and mail nothing'),
      async (endpoint) => {
        const { status, body } = await endpoint.clientApi('ForgotPassword', { Username: endpoint.newPerson().email });
        return [
          { status, ...body },
          { status: 200, CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: /\*/ } },
        ];
      },
    ],
    [
      '`ResendConfirmationCode` for an unknown user also does.',
      managingErrors,
      accounts('do not reveal which users exist'),
      async (endpoint) => {
        const { status, body } = await endpoint.clientApi('ResendConfirmationCode', {
          Username: endpoint.newPerson().email,
        });
        return [
          { status, ...body },
          { status: 200, CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: /\*/ } },
        ];
      },
    ],
    [
      'An unknown client: `ResourceNotFoundException`, “User pool client … does not exist.”',
      captured('aws-amplify/amplify-flutter', 740),
      row,
      fails(
        (endpoint) =>
          endpoint.api('InitiateAuth', {
            ClientId: 'unknown',
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: 'a', PASSWORD: 'b' },
          }),
        'ResourceNotFoundException',
        'User pool client unknown does not exist.',
      ),
    ],
    [
      'A refresh returns an access token and an ID token, and no refresh token.',
      cognitoGuide('amazon-cognito-user-pools-using-the-refresh-token'),
      authentication('by %s gives other tokens of the same sign-in'),
      async (endpoint) => {
        const { RefreshToken } = await endpoint.apiTokens();
        const { body } = await refresh(endpoint, RefreshToken);
        return [
          body.AuthenticationResult,
          { AccessToken: /./, IdToken: /./, TokenType: 'Bearer', RefreshToken: undefined },
        ];
      },
    ],
    [
      'An invalid refresh token: `NotAuthorizedException`, “Invalid Refresh Token.”',
      captured('aws/aws-sdk-cpp', 1789),
      row,
      fails((endpoint) => refresh(endpoint, 'x'), 'NotAuthorizedException', 'Invalid Refresh Token.'),
    ],
    [
      '`GlobalSignOut` revokes access tokens: `NotAuthorizedException`, “Access Token has been revoked”.',
      captured('aws-amplify/amplify-js', 3540),
      authentication('GlobalSignOut revokes all tokens of the user, and a session of the hosted login stays'),
      fails(
        async (endpoint) => {
          const { AccessToken } = await endpoint.newApiTokens(await endpoint.newUser());
          await endpoint.api('GlobalSignOut', { AccessToken });
          return endpoint.api('GetUser', { AccessToken });
        },
        'NotAuthorizedException',
        'Access Token has been revoked',
      ),
    ],
    [
      '`GlobalSignOut` revokes refresh tokens: “Refresh Token has been revoked”.',
      captured('aws-amplify/amplify-swift', 3344),
      authentication('of a token that a global sign-out has ended says so'),
      fails(
        async (endpoint) => {
          const { AccessToken, RefreshToken } = await endpoint.newApiTokens(await endpoint.newUser());
          await endpoint.api('GlobalSignOut', { AccessToken });
          return refresh(endpoint, RefreshToken);
        },
        'NotAuthorizedException',
        'Refresh Token has been revoked',
      ),
    ],
    [
      '`RevokeToken` ends the access tokens of its refresh token for this API.',
      cognitoReference('API_RevokeToken'),
      authentication('of a token that was revoked at /oauth2/revoke is rejected'),
      fails(async (endpoint) => {
        const { AccessToken, RefreshToken } = await endpoint.newApiTokens(await endpoint.user());
        await endpoint.clientApi('RevokeToken', { Token: RefreshToken });
        return endpoint.api('GetUser', { AccessToken });
      }, 'NotAuthorizedException'),
    ],
    [
      '`ConfirmForgotPassword` for an unknown user, after `ForgotPassword`: `CodeMismatchException`.',
      managingErrors,
      accounts('respond for %s as for anyone, and mail nothing'),
      fails(async (endpoint) => {
        const { email, password } = endpoint.newPerson();
        await endpoint.clientApi('ForgotPassword', { Username: email });
        const request = { Username: email, ConfirmationCode: '123456', Password: password };
        return endpoint.clientApi('ConfirmForgotPassword', request);
      }, 'CodeMismatchException'),
    ],
  ],
);

function refresh(endpoint: Endpoint, token: string): Promise<Response> {
  return endpoint.clientApi('InitiateAuth', {
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: token },
  });
}
