import { Testing } from 'cdktf';

import { CognitoStack } from '../../src/cognito/cognito-stack';
import { parseSettings } from '../../src/settings/environments';
import { synthesizedByMain } from '../support/main-stacks';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

function userPool(settings: object) {
  return resourceAt(synthApp({ userPool: settings }).cognito, 'aws_cognito_user_pool.user_pool');
}

describe('a setting of the user pool', () => {
  test.each([
    ['deletionProtection', [true, false], ['ACTIVE', 1]],
    ['mfa', ['off', 'optional', 'required'], ['ON', true]],
    ['passwordPolicy', [{}], [true, { minLength: 8 }]],
    ['passwordPolicy.minimumLength', [6, 99], [5, 100, 8.5, '8']],
    ['passwordPolicy.requireSymbols', [true, false], ['yes']],
    ['passwordPolicy.passwordHistorySize', [0, 24], [-1, 25]],
    ['passwordPolicy.temporaryPasswordValidityDays', [1, 365], [0, 366]],
    ['tier', ['LITE', 'ESSENTIALS', 'PLUS'], ['lite', 'FREE', null]],
    ['threatProtection', ['off'], ['ENFORCED', true]],
    ['caseSensitive', [true, false], ['no']],
  ])('%s takes %j and not %j', (path, right, wrong) => {
    const at = (value: unknown) =>
      `userPool.${path}`.split('.').reduceRight((inner, name) => ({ [name]: inner }), value) as object;
    for (const value of right) {
      expect(() => parseSettings(at(value))).not.toThrow();
    }
    for (const value of wrong) {
      expect(() => parseSettings(at(value))).toThrow(`userPool.${path}`);
    }
  });
});

describe('settings of the user pool that do not go together:', () => {
  test.each<[object, string]>([
    [{ threatProtection: 'audit' }, 'threatProtection: requires "tier": "PLUS"'],
    [{ threatProtection: 'enforced', tier: 'ESSENTIALS' }, 'threatProtection: requires "tier": "PLUS"'],
    [
      { passwordPolicy: { passwordHistorySize: 1 }, tier: 'LITE' },
      'passwordPolicy.passwordHistorySize: requires the tier ESSENTIALS or PLUS',
    ],
  ])('%j', (settings, message) => {
    expect(() => parseSettings({ userPool: settings })).toThrow(`userPool.${message}`);
  });

  test.each([
    { threatProtection: 'audit', tier: 'PLUS' },
    { passwordPolicy: { passwordHistorySize: 1 } },
    { passwordPolicy: { passwordHistorySize: 0 }, tier: 'LITE' },
  ])('but %j do', (settings) => {
    expect(() => parseSettings({ userPool: settings })).not.toThrow();
  });

  test('a client that lets users choose how they sign in, in the tier LITE', () => {
    const explicitAuthFlows = ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
    const appClients = { web: { scopes: ['openid'], callbackUrls: ['myapp://x'], explicitAuthFlows } };
    expect(() => parseSettings({ userPool: { tier: 'LITE' }, appClients })).toThrow(
      'appClients.web.explicitAuthFlows: ALLOW_USER_AUTH requires the tier ESSENTIALS or PLUS',
    );
    expect(() => parseSettings({ userPool: { tier: 'ESSENTIALS' }, appClients })).not.toThrow();
    expect(() => parseSettings({ appClients })).not.toThrow();
  });

  test('a client whose refresh tokens rotate, in the tier LITE', () => {
    const withRotation = (refreshTokenRotation: unknown, tier?: string) => ({
      userPool: { tier },
      appClients: { web: { scopes: ['openid'], callbackUrls: ['myapp://x'], refreshTokenRotation } },
    });
    expect(() => parseSettings(withRotation({}, 'LITE'))).toThrow(
      'appClients.web.refreshTokenRotation: requires the tier ESSENTIALS or PLUS',
    );
    expect(() => parseSettings(withRotation(false, 'LITE'))).not.toThrow();
    expect(() => parseSettings(withRotation({}, 'ESSENTIALS'))).not.toThrow();
    expect(() => parseSettings(withRotation({}))).not.toThrow();
  });
});

describe('e-mail by Amazon SES', () => {
  const identityArn = 'arn:aws:ses:us-east-1:123456789012:identity/example.com';
  const email = { identityArn, from: 'login@example.com' };

  test.each([
    ['identityArn', 'arn:aws:ses:us-east-1:123456789012:identity/login@example.com'],
    ['from', 'login@example.com'],
    ['from', 'Example <login@example.com>'],
    ['from', '<LOGIN@Example.com>'],
    ['from', '"Example, Inc." <login@example.com>'],
    ['from', "Example Inc. <o'neil@example.com>"],
    ['from', 'Sub <a+b@mail.example.com>'],
    ['replyTo', 'help@example.org'],
    ['configurationSet', 'x'.repeat(64)],
  ])('takes %s %j', (name, value) => {
    expect(() => parseSettings({ userPool: { email: { ...email, [name]: value } } })).not.toThrow();
  });

  test.each([
    ['identityArn', 'example.com', 'must be the ARN of an SES identity in a known region'],
    [
      'identityArn',
      'arn:aws:ses:us-east-1:123456789012:configuration-set/a',
      'must be the ARN of an SES identity in a known region',
    ],
    [
      'identityArn',
      'arn:aws:ses:us-east-1:12345:identity/example.com',
      'must be the ARN of an SES identity in a known region',
    ],
    [
      'identityArn',
      'arn:aws:ses:us-east-1:123456789012:identity/',
      'must be the ARN of an SES identity in a known region',
    ],
    [
      'identityArn',
      'arn:aws:sns:us-east-1:123456789012:identity/example.com',
      'must be the ARN of an SES identity in a known region',
    ],
    ['identityArn', undefined, 'is required'],
    ['from', undefined, 'is required'],
    ['from', 'login', 'must be a sender'],
    ['from', 'Example login@example.com', 'must be a sender'],
    ['from', 'Example <login@example.com', 'must be a sender'],
    ['from', 'Müller <login@example.com>', 'must be a sender'],
    ['from', 'a\r\nb <login@example.com>', 'must be a sender'],
    ['from', 'Example, Inc <login@example.com>', 'must be a sender'],
    ['from', 'a@example.com <login@example.com>', 'must be a sender'],
    ['from', 'login@@example.com', 'must be a sender'],
    ['from', '.login@example.com', 'must be a sender'],
    ['from', `${'x'.repeat(65)}@example.com`, 'must be a sender'],
    ['replyTo', 'help@-a.example', 'must be an email address'],
    ['replyTo', 'help@localhost', 'must be an email address'],
    ['from', 'login@example.org', 'must be an address of example.com, got "login@example.org"'],
    ['from', 'login@notexample.com', 'must be an address of example.com'],
    ['replyTo', 'Help <help@example.com>', 'must be an email address'],
    ['configurationSet', '', 'must have 1 to 64 characters'],
    ['configurationSet', 'x'.repeat(65), 'must have 1 to 64 characters'],
    ['configurationSet', 'a.b', 'must not contain "."'],
  ])('does not take %s %j', (name, value, message) => {
    expect(() => parseSettings({ userPool: { email: { ...email, [name]: value } } })).toThrow(
      `userPool.email.${name}: ${message}`,
    );
  });

  test('of an address has no other sender', () => {
    const ofAddress = { identityArn: identityArn.replace('example', 'login@example'), from: 'a@example.com' };
    expect(() => parseSettings({ userPool: { email: ofAddress } })).toThrow(
      'userPool.email.from: must be login@example.com, got "a@example.com"',
    );
  });

  test.each([
    ['eu-central-1', 'eu-central-1'],
    ['eu-central-1', 'us-east-1'],
    ['eu-central-1', 'us-west-2'],
    ['eu-central-1', 'eu-west-1'],
  ])('is for a pool in %s in %s', (region, sesRegion) => {
    const changed = { ...email, identityArn: identityArn.replace('us-east-1', sesRegion) };
    expect(() => parseSettings({ region, userPool: { email: changed } })).not.toThrow();
  });

  test.each([[{ region: 'eu-central-1' }], [{}]])('is in no other region with the settings %j', (settings) => {
    const changed = { ...email, identityArn: identityArn.replace('us-east-1', 'eu-west-2') };
    expect(() => parseSettings({ ...settings, userPool: { email: changed } })).toThrow(
      'us-east-1, us-west-2, eu-west-1, got "arn:aws:ses:eu-west-2:',
    );
  });

  test('is the sender of the pool', () => {
    expect(userPool({ email }).email_configuration).toEqual({
      email_sending_account: 'DEVELOPER',
      source_arn: identityArn,
      from_email_address: 'login@example.com',
    });
    const all = { ...email, replyTo: 'help@example.org', configurationSet: 'login' };
    expect(userPool({ email: all }).email_configuration).toMatchObject({
      reply_to_email_address: 'help@example.org',
      configuration_set: 'login',
    });
  });

  test.each([
    ['missing in a protected pool', { deletionProtection: true }, 1],
    ['set in a protected pool', { deletionProtection: true, email }, 0],
    ['missing in a pool to try', {}, 0],
  ])('is asked for by a warning when it is %s', (_what, settings, count) => {
    const stack = new CognitoStack(Testing.app(), 'CognitoStack', parseSettings({ userPool: settings }));
    const warnings = stack.node.findAll().flatMap((construct) => construct.node.metadata);
    expect(warnings.filter(({ data }) => String(data).includes('Set userPool.email'))).toHaveLength(count);
  });
});

describe('the user pool', () => {
  test('has nothing of what no setting turns on', () => {
    expect(userPool({})).toEqual(resourceAt(synthesizedByMain().cognito, 'aws_cognito_user_pool.user_pool'));
    expect(userPool({ deletionProtection: false, mfa: 'off', threatProtection: 'off' })).toEqual(userPool({}));
  });

  test('is protected against a delete by AWS and by Terraform', () => {
    expect(userPool({ deletionProtection: true })).toMatchObject({
      deletion_protection: 'ACTIVE',
      lifecycle: { prevent_destroy: true },
    });
  });

  test('has every member of the password policy, because the provider takes a missing one for false', () => {
    expect(userPool({ passwordPolicy: { minimumLength: 12, requireSymbols: false } }).password_policy).toEqual({
      minimum_length: 12,
      require_lowercase: true,
      require_uppercase: true,
      require_numbers: true,
      require_symbols: false,
      password_history_size: 0,
      temporary_password_validity_days: 7,
    });
  });

  test('has the tier, threat protection and the case rule that are set', () => {
    expect(userPool({ tier: 'PLUS', threatProtection: 'audit', caseSensitive: false })).toMatchObject({
      user_pool_tier: 'PLUS',
      user_pool_add_ons: { advanced_security_mode: 'AUDIT' },
      username_configuration: { case_sensitive: false },
    });
    expect(userPool({ tier: 'PLUS', threatProtection: 'enforced' })).toMatchObject({
      user_pool_add_ons: { advanced_security_mode: 'ENFORCED' },
    });
  });

  test.each([
    ['optional', 'OPTIONAL'],
    ['required', 'ON'],
  ])('has one-time passwords as the second factor when MFA is %s', (mfa, configuration) => {
    expect(userPool({ mfa })).toMatchObject({
      mfa_configuration: configuration,
      software_token_mfa_configuration: { enabled: true },
    });
  });
});
