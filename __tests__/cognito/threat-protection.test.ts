import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const email = { identityArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com', from: 'login@example.com' };
const protectedPool = { tier: 'PLUS', threatProtection: 'enforced', mfa: 'optional', email };
const risks = (riskConfiguration: object) =>
  resourceAt(
    synthApp({ userPool: { ...protectedPool, riskConfiguration } }).cognito,
    'aws_cognito_risk_configuration.user_pool_risk_configuration',
  );

describe('a risk configuration', () => {
  test.each([
    ['block', 'BLOCK'],
    ['none', 'NO_ACTION'],
  ])('has the action for compromised passwords: %s', (compromisedCredentials, event_action) => {
    expect(risks({ compromisedCredentials })).toEqual({
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      compromised_credentials_risk_configuration: { actions: { event_action } },
    });
  });

  test('has the action for each risk level, and the sender of the notifications', () => {
    const accountTakeover = { low: 'mfaRequired', notify: true };
    expect(risks({ accountTakeover }).account_takeover_risk_configuration).toEqual({
      actions: {
        low_action: { event_action: 'MFA_REQUIRED', notify: true },
        medium_action: { event_action: 'MFA_IF_CONFIGURED', notify: true },
        high_action: { event_action: 'BLOCK', notify: true },
      },
      // The provider requires it before 6.9.0.
      notify_configuration: { source_arn: email.identityArn, from: email.from },
    });
  });

  test.each<[object, string]>([
    [{ riskConfiguration: {} }, 'riskConfiguration: requires compromisedCredentials or accountTakeover'],
    [
      { threatProtection: 'off', riskConfiguration: { compromisedCredentials: 'block' } },
      'riskConfiguration: requires "threatProtection": "audit" or "enforced"',
    ],
    [
      { email: undefined, riskConfiguration: { accountTakeover: {} } },
      'riskConfiguration.accountTakeover: requires userPool.email',
    ],
    [
      { mfa: 'off', riskConfiguration: { accountTakeover: {} } },
      'riskConfiguration.accountTakeover.medium: requires "mfa": "optional" or "required"',
    ],
  ])('is rejected with %j', (userPool, message) => {
    expect(() => parseSettings({ userPool: { ...protectedPool, ...userPool } })).toThrow(`userPool.${message}`);
  });
});

describe('the log of user events', () => {
  const settings = { providerVersion: '>= 6.5.0, < 7.0.0', userPool: { ...protectedPool, userEventLogs: {} } };

  test('gets the events of sign-ins, and expires', () => {
    const { cognito } = synthApp(settings);
    expect(resourceAt(cognito, 'aws_cloudwatch_log_group.user_pool_user_event_logs')).toMatchObject({
      name: '/aws/vendedlogs/cognito/awesome-cognito-user-pool/user-events',
      retention_in_days: 30,
    });
    expect(resourceAt(cognito, 'aws_cognito_log_delivery_configuration.user_pool_user_event_logs')).toEqual({
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      log_configurations: [
        {
          event_source: 'userAuthEvents',
          log_level: 'INFO',
          cloud_watch_logs_configuration: [
            { log_group_arn: '${aws_cloudwatch_log_group.user_pool_user_event_logs.arn}' },
          ],
        },
      ],
    });
  });

  test('requires threat protection, and a version of the provider that supports it', () => {
    expect(() => parseSettings({ userPool: { userEventLogs: {} } })).toThrow(
      'userPool.userEventLogs: requires "threatProtection": "audit" or "enforced"',
    );
    expect(() => parseSettings({ userPool: settings.userPool })).toThrow(
      'providerVersion: must exclude versions before 6.5.0, which do not have userPool.userEventLogs',
    );
  });

  test('cannot be the log of another environment', () => {
    const staging = { userPool: { name: 'awesome-cognito-user-pool' } };
    expect(() => parseEnvironments({ settings, environments: { staging } })).toThrow(
      'userPool.name: the log group "/aws/vendedlogs/cognito/awesome-cognito-user-pool/user-events" in us-east-1 is already used',
    );
  });
});
