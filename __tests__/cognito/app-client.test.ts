import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const scope = 'awesomeapi-resource-server/awesomeapi.read';
const user = { scopes: ['openid'], callbackUrls: ['https://app.example.com/callback'] };
const machine = { grant: 'client_credentials', scopes: [scope] };

function appClient(settings: object) {
  return resourceAt(synthApp({ appClients: { web: settings } }).cognito, 'aws_cognito_user_pool_client.web');
}

describe('refresh token rotation', () => {
  test('is in the client only when it is set', () => {
    expect(appClient(user)).not.toHaveProperty('refresh_token_rotation');
  });

  test('takes the flow that it excludes from the default', () => {
    expect(appClient({ ...user, refreshTokenRotation: { retryGracePeriodSeconds: 10 } })).toMatchObject({
      refresh_token_rotation: [{ feature: 'ENABLED', retry_grace_period_seconds: 10 }],
      explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH'],
    });
  });

  test('can be turned off, with the period that the provider needs to settle', () => {
    expect(appClient({ ...user, refreshTokenRotation: false })).toMatchObject({
      refresh_token_rotation: [{ feature: 'DISABLED', retry_grace_period_seconds: 0 }],
      explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });

  test('has no grace period unless it is set', () => {
    expect(appClient({ ...user, refreshTokenRotation: {} }).refresh_token_rotation).toEqual([
      { feature: 'ENABLED', retry_grace_period_seconds: 0 },
    ]);
  });

  test.each([
    [{ retryGracePeriodSeconds: -1 }, 'refreshTokenRotation.retryGracePeriodSeconds: must be at least 0'],
    [{ retryGracePeriodSeconds: 61 }, 'refreshTokenRotation.retryGracePeriodSeconds: must be at most 60'],
    [true, 'refreshTokenRotation: must be false or an object, got true'],
  ])('is not %j', (refreshTokenRotation, message) => {
    expect(() => parseSettings({ appClients: { web: { ...user, refreshTokenRotation } } })).toThrow(
      `appClients.web.${message}`,
    );
  });

  test.each([
    [
      {},
      ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      'must not include ALLOW_REFRESH_TOKEN_AUTH, which refreshTokenRotation excludes',
    ],
    [{}, [], 'must not be empty: Cognito would add ALLOW_REFRESH_TOKEN_AUTH, which refreshTokenRotation excludes'],
    [false, ['ALLOW_USER_SRP_AUTH'], 'must include ALLOW_REFRESH_TOKEN_AUTH unless refresh tokens rotate'],
    [undefined, ['ALLOW_USER_SRP_AUTH'], 'must include ALLOW_REFRESH_TOKEN_AUTH unless refresh tokens rotate'],
  ])('of %j does not go with the flows %j', (refreshTokenRotation, explicitAuthFlows, message) => {
    expect(() => parseSettings({ appClients: { web: { ...user, refreshTokenRotation, explicitAuthFlows } } })).toThrow(
      `appClients.web.explicitAuthFlows: ${message}`,
    );
  });

  test('goes with flows that do not refresh', () => {
    const explicitAuthFlows = ['ALLOW_USER_SRP_AUTH'];
    expect(appClient({ ...user, refreshTokenRotation: {}, explicitAuthFlows })).toMatchObject({
      explicit_auth_flows: explicitAuthFlows,
    });
  });
});

describe('an app client of users', () => {
  const callbackUrls = ['https://app.example.com/callback', 'myapp://callback'];
  const attributes = ['email', 'name'];

  test.each([
    ['authSessionValidity', ['3 minutes', '15 minutes', '10 minutes'], ['2 minutes', '16 minutes', '180 seconds', 5]],
    ['readAttributes', [['email'], ['name', 'email_verified']], [[], ['sub'], ['custom:a'], 'email']],
    ['writeAttributes', [['email'], attributes], [[], ['name'], ['email', 'email_verified'], ['email', 'sub']]],
    ['defaultRedirectUri', callbackUrls, ['https://app.example.com/other', 'http://app.example.com', '']],
    [
      'explicitAuthFlows',
      [['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']],
      [['USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'], ['ALLOW_USER_AUTH']],
    ],
  ])('takes as %s %j and not %j', (name, right, wrong) => {
    const withSetting = (value: unknown) => ({ appClients: { web: { ...user, callbackUrls, [name]: value } } });
    for (const value of right) {
      expect(() => parseSettings(withSetting(value))).not.toThrow();
    }
    for (const value of wrong) {
      expect(() => parseSettings(withSetting(value))).toThrow(`appClients.web.${name}`);
    }
  });

  test.each([
    [['email'], 'must include email and email_verified, which the scope email requires, got ["email"]'],
    [['name'], 'must include email and email_verified, which the scope email requires'],
  ])('with the scope email cannot read only %j', (readAttributes, message) => {
    const web = { ...user, scopes: ['openid', 'email'], readAttributes };
    expect(() => parseSettings({ appClients: { web } })).toThrow(`appClients.web.readAttributes: ${message}`);
  });

  test('has logout URLs only when they are set, and none when that is set', () => {
    expect(appClient(user)).not.toHaveProperty('logout_urls');
    expect(appClient({ ...user, logoutUrls: [] })).toMatchObject({ logout_urls: [] });
  });

  test('has what is set', () => {
    const set = {
      defaultRedirectUri: 'myapp://callback',
      authSessionValidity: '5 minutes',
      readAttributes: ['email', 'email_verified'],
      writeAttributes: ['email'],
    };
    expect(appClient({ ...user, callbackUrls, ...set })).toMatchObject({
      default_redirect_uri: 'myapp://callback',
      auth_session_validity: 5,
      read_attributes: ['email', 'email_verified'],
      write_attributes: ['email'],
    });
  });
});

describe('the grant of an app client', () => {
  test('can be written, or is that of a user', () => {
    expect(appClient({ ...user, grant: 'authorization_code' })).toEqual(appClient(user));
  });

  test('cannot be another one', () => {
    expect(() => parseSettings({ appClients: { web: { ...user, grant: 'implicit' } } })).toThrow(
      'appClients.web.grant: must be one of "authorization_code", "client_credentials", got "implicit"',
    );
  });
});

describe('an app client of a machine', () => {
  test('gets access tokens for itself, with a secret, and lets no user sign in', () => {
    expect(appClient({ ...machine, accessTokenValidity: '10 minutes' })).toEqual({
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      name: 'web',
      access_token_validity: 10,
      id_token_validity: 60,
      refresh_token_validity: 1,
      token_validity_units: [{ access_token: 'minutes', id_token: 'minutes', refresh_token: 'days' }],
      generate_secret: true,
      prevent_user_existence_errors: 'ENABLED',
      explicit_auth_flows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      allowed_oauth_flows: ['client_credentials'],
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_scopes: ['${aws_cognito_resource_server.awesomeapi-resource-server.identifier}/awesomeapi.read'],
    });
  });

  test.each([
    ['callbackUrls', ['https://app.example.com']],
    ['logoutUrls', []],
    ['generateSecret', true],
    ['explicitAuthFlows', ['ALLOW_REFRESH_TOKEN_AUTH']],
    ['refreshTokenRotation', false],
    ['idTokenValidity', '1 hour'],
  ])('has no %s', (name, value) => {
    expect(() => parseSettings({ appClients: { web: { ...machine, [name]: value } } })).toThrow(
      `appClients.web.${name}: requires "grant": "authorization_code"; allowed: grant, scopes, accessTokenValidity`,
    );
  });

  test.each([
    [
      { scopes: ['openid'] },
      'scopes[0]: must be a scope of a resource server, because no user signs in to this client',
    ],
    [
      { scopes: ['aws.cognito.signin.user.admin'] },
      'scopes[0]: must be a scope of a resource server, because no user signs in to this client',
    ],
    [{ scopes: ['other/read'] }, 'scopes[0]: must be a scope of a resource server'],
    [{ scopes: [] }, 'scopes: must have at least 1 entry'],
    [{ scopes: undefined }, 'scopes: is required'],
    [{ scopes: ['x'.repeat(257)] }, 'scopes[0]: must have 1 to 256 characters'],
    [{ accessTokenValidity: '2 days' }, 'accessTokenValidity: must be at most 1 day'],
    [{ callbckUrls: [] }, 'callbckUrls: unknown name'],
  ])('does not have %j', (change, message) => {
    expect(() => parseSettings({ appClients: { web: { ...machine, ...change } } })).toThrow(
      `appClients.web.${message}`,
    );
  });
});

test('a public, a confidential and a machine’s client can be side by side', () => {
  const { cognito } = synthApp({
    appClients: { web: user, backend: { ...user, generateSecret: true }, report: machine },
  });
  const secrets = ['web', 'backend', 'report'].map(
    (name) => resourceAt(cognito, `aws_cognito_user_pool_client.${name}`).generate_secret,
  );
  expect(secrets).toEqual([false, true, true]);
});

test('an environment changes single settings of a client, and the others stay', () => {
  const refreshTokenRotation = { retryGracePeriodSeconds: 10 };
  const [, staging] = parseEnvironments({
    settings: { appClients: { web: { ...user, refreshTokenRotation }, report: machine } },
    environments: {
      staging: {
        appClients: { web: { logoutUrls: ['https://app.example.com/'] }, report: { accessTokenValidity: '1 day' } },
      },
    },
  });
  expect(staging!.settings.appClients).toMatchObject({
    web: { ...user, refreshTokenRotation, logoutUrls: ['https://app.example.com/'] },
    report: { ...machine, accessTokenValidity: '1 day' },
  });
});
