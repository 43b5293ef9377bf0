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

describe('the user pool', () => {
  test('has nothing of what no setting turns on', () => {
    expect(userPool({})).toEqual(resourceAt(synthesizedByMain().cognito, 'aws_cognito_user_pool.user_pool'));
    expect(userPool({ deletionProtection: false, mfa: 'off' })).toEqual(userPool({}));
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
