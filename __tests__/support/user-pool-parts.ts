import { standardSchema } from '../../src/local/user-pool/users/attribute-schema';
import { type AppClient, type User, type UserPoolConfiguration } from '../../src/local/user-pool/model';
import { Triggers } from '../../src/local/user-pool/triggers/triggers';

/** The configuration of a user pool for tests of its parts, with one app client. */
export function configurationOf(changes: Partial<UserPoolConfiguration> = {}): UserPoolConfiguration {
  return {
    address: 'aws_cognito_user_pool.pool',
    id: 'us-east-1_AbCdEfGhI',
    name: 'pool',
    arn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI',
    endpoint: 'cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI',
    selfSignUp: true,
    signIn: 'email',
    attributes: standardSchema,
    verificationEmail: { subject: 'Verify', message: 'Code: {####}' },
    invitationEmail: { subject: 'Welcome', message: '{username}: {####}' },
    mfa: 'OPTIONAL',
    passwordPolicy: {
      minimumLength: 8,
      requiresLowercase: true,
      requiresUppercase: true,
      requiresNumbers: true,
      requiresSymbols: true,
      historySize: 0,
      temporaryPasswordDays: 7,
    },
    recoveryMechanisms: [{ name: 'verified_email', priority: 1 }],
    verifiesEmail: true,
    verifiesEmailBeforeUpdate: false,
    caseSensitive: false,
    deletionProtection: 'INACTIVE',
    tier: 'ESSENTIALS',
    domain: {
      name: 'prefix',
      url: 'https://prefix.auth.us-east-1.amazoncognito.com',
      isCustom: false,
      managedLoginVersion: 1,
      accountId: '123456789012',
      cloudFrontDistribution: 'd111111abcdef8.cloudfront.net',
    },
    clients: new Map([[client.id, client]]),
    groups: new Map(),
    resourceServers: [],
    identityProviders: new Map(),
    triggers: new Map(),
    ...changes,
  };
}

const authFlows = [
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
] as const;

/** An app client that can do whatever is served. */
export const client: AppClient = {
  id: 'client',
  name: 'app',
  secret: undefined,
  callbackUrls: ['http://localhost:3000/dashboard'],
  logoutUrls: ['http://localhost:3000/'],
  defaultRedirectUri: 'http://localhost:3000/dashboard',
  scopes: ['openid'],
  codeGrant: true,
  clientCredentialsGrant: false,
  identityProviders: ['COGNITO'],
  explicitAuthFlows: authFlows,
  authFlows: new Set(authFlows),
  rotationGraceSeconds: undefined,
  authSessionValidity: 180,
  accessTokenValidity: 3600,
  idTokenValidity: 3600,
  refreshTokenValidity: 86_400,
  validityUnits: { accessToken: 'minutes', idToken: 'minutes', refreshToken: 'minutes' },
  tokenRevocation: true,
  preventUserExistenceErrors: true,
  readAttributes: undefined,
  writeAttributes: undefined,
};

/** Triggers without functions, which change nothing. */
export const noTriggers = new Triggers({
  configuration: configurationOf(),
  invokeFunction: () => Promise.reject(new Error('There are no functions')),
});

/** What a user has whose password nobody uses. */
export function newUser(
  sub: string,
  email: string,
): Pick<User, 'attributes' | 'password' | 'status' | 'sub' | 'username'> {
  const attributes = new Map([
    ['email', email],
    ['email_verified', 'true'],
  ]);
  return { sub, username: sub, attributes, password: { salt: '00', verifier: '00' }, status: 'CONFIRMED' };
}
