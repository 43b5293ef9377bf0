import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { boundary } from '../support/example-calls';
import { kmsKeyArn } from '../support/every-setting';
import { addresses, parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const handler = 'src/handlers/trigger.ts';
const root = process.cwd();

beforeAll(() => {
  process.chdir(mkdtempSync(join(tmpdir(), 'triggers-')));
  mkdirSync('src/handlers', { recursive: true });
  writeFileSync(handler, 'export const handler = (event: unknown) => Promise.resolve(event);\n');
  writeFileSync('src/handlers/other.ts', 'export const other = 1;\n');
});

afterAll(() => {
  process.chdir(root);
});

const triggers = {
  preSignUp: handler,
  preTokenGeneration: { handler, eventVersion: 'V2_0', memorySize: 512, timeout: 2 },
};

function cognito(userPool: object, settings: object = {}): string {
  return synthApp({ userPool: { name: 'shop', ...userPool }, ...settings }).cognito;
}

describe('a trigger', () => {
  test('is a function with a role, logs and a permission of its own, which the user pool invokes', () => {
    const json = cognito({ triggers });
    const added = addresses(json).filter((address) => !addresses(cognito({})).includes(address));
    expect(added.sort()).toEqual([
      'aws_cloudwatch_log_group.user_pool_preSignUp_logs',
      'aws_cloudwatch_log_group.user_pool_preTokenGeneration_logs',
      'aws_iam_role.user_pool_preSignUp_role',
      'aws_iam_role.user_pool_preTokenGeneration_role',
      'aws_iam_role_policy.user_pool_preSignUp_role',
      'aws_iam_role_policy.user_pool_preTokenGeneration_role',
      'aws_lambda_function.user_pool_preSignUp',
      'aws_lambda_function.user_pool_preTokenGeneration',
      'aws_lambda_permission.user_pool_preSignUp',
      'aws_lambda_permission.user_pool_preTokenGeneration',
    ]);
    expect(resourceAt(json, 'aws_cognito_user_pool.user_pool').lambda_config).toEqual({
      pre_sign_up: '${aws_lambda_function.user_pool_preSignUp.arn}',
      pre_token_generation_config: {
        lambda_arn: '${aws_lambda_function.user_pool_preTokenGeneration.arn}',
        lambda_version: 'V2_0',
      },
    });
    expect(resourceAt(json, 'aws_lambda_function.user_pool_preSignUp')).toMatchObject({
      function_name: 'shop-preSignUp',
      timeout: 5,
      memory_size: 256,
      // The user pool lets go of it before it is deleted.
      lifecycle: { create_before_destroy: true },
    });
    expect(resourceAt(json, 'aws_lambda_function.user_pool_preTokenGeneration')).toMatchObject({
      function_name: 'shop-preTokenGeneration',
      timeout: 2,
      memory_size: 512,
    });
    expect(resourceAt(json, 'aws_lambda_permission.user_pool_preSignUp')).toEqual({
      action: 'lambda:InvokeFunction',
      function_name: '${aws_lambda_function.user_pool_preSignUp.function_name}',
      principal: 'cognito-idp.amazonaws.com',
      source_arn: '${aws_cognito_user_pool.user_pool.arn}',
    });
  });

  test('has the argument of its own name', () => {
    const names = ['postConfirmation', 'preAuthentication', 'postAuthentication', 'customMessage', 'userMigration'];
    const json = cognito({ triggers: Object.fromEntries(names.map((name) => [name, handler])) });
    const { lambda_config: config } = resourceAt(json, 'aws_cognito_user_pool.user_pool');
    expect(config).toEqual(
      Object.fromEntries(
        names.map((name) => [
          name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          `\${aws_lambda_function.user_pool_${name}.arn}`,
        ]),
      ),
    );
  });

  test('has the boundary that every role has', () => {
    const json = cognito({ triggers }, { permissionsBoundary: boundary });
    const roles = parse(json).resource.aws_iam_role!;
    expect(Object.values(roles).map(({ permissions_boundary }) => permissions_boundary)).toEqual([boundary, boundary]);
  });

  test('can do what its permissions say', () => {
    const resources = ['arn:aws:dynamodb:us-east-1:111122223333:table/orders'];
    const permissions = [{ actions: ['dynamodb:GetItem'], resources }];
    const json = cognito({ triggers: { preSignUp: { handler, permissions } } });
    const { policy } = resourceAt(json, 'aws_iam_role_policy.user_pool_preSignUp_role');
    const { Statement } = JSON.parse(String(policy)) as { Statement: readonly unknown[] };
    expect(Statement.slice(1)).toEqual([{ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: resources }]);
  });

  test('without a setting leaves no trace', () => {
    expect(cognito({ triggers: {} })).toBe(cognito({}));
  });
});

describe('settings of triggers', () => {
  test.each<[object, string]>([
    [{ preSignUp: '../elsewhere.ts' }, 'preSignUp: must be inside the project'],
    [{ preSignUp: 'src/handlers/missing.ts' }, 'preSignUp: must be a file that exists'],
    [{ preSignUp: { handler, timeout: 6 } }, 'preSignUp.timeout: must be at most 5, got 6'],
    [{ preSignUp: { handler, eventVersion: 'V1_0' } }, 'preSignUp.eventVersion: unknown name'],
    [{ preTokenGeneration: { handler, eventVersion: 'V4_0' } }, 'preTokenGeneration.eventVersion: must be one of'],
    [{ preSignup: handler }, 'preSignup: unknown name (did you mean "preSignUp"?)'],
    [{ defineAuthChallenge: handler }, 'defineAuthChallenge: custom authentication challenges are not supported'],
    [{ customEmailSender: handler }, 'customEmailSender: custom senders are not supported: use customMessage'],
    [{ inboundFederation: handler }, 'inboundFederation: the inbound federation trigger is not supported'],
  ])('%j is rejected', (given, message) => {
    expect(() => parseSettings({ userPool: { triggers: given } })).toThrow(`userPool.triggers.${message}`);
  });

  test('name a handler that cannot be bundled', () => {
    expect(() => parseSettings({ userPool: { triggers: { preSignUp: 'src/handlers/other.ts' } } })).toThrow(
      'src/handlers/other.ts:1: does not export "handler"',
    );
  });

  test.each(['V2_0', 'V3_0'])('%s requires a tier above LITE', (eventVersion) => {
    const given = { triggers: { preTokenGeneration: { handler, eventVersion } } };
    expect(() => parseSettings({ userPool: { ...given, tier: 'LITE' } })).toThrow(
      'userPool.triggers.preTokenGeneration.eventVersion: requires the tier ESSENTIALS or PLUS',
    );
    expect(() => parseSettings({ userPool: given })).not.toThrow();
    expect(() =>
      parseSettings({ userPool: { triggers: { preTokenGeneration: handler }, tier: 'LITE' } }),
    ).not.toThrow();
  });

  test('have no effect with an existing user pool', () => {
    const arn = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI';
    expect(() => parseSettings({ userPool: { arn, triggers } })).toThrow(
      'userPool.triggers: conflicts with userPool.arn',
    );
  });

  test('need another name of the user pool in each environment of a region, because functions cannot share one', () => {
    const settings = { userPool: { name: 'shop', triggers } };
    const staging = { domainPrefix: 'other', userPool: { name: 'shop' } };
    expect(() => parseEnvironments({ settings, environments: { staging } })).toThrow(
      'userPool.name: the function "shop-preSignUp" in us-east-1 is already used by the default environment',
    );
    expect(() => parseEnvironments({ settings, environments: { staging: {} } })).not.toThrow();
  });

  test('warn of a custom message without Amazon SES', () => {
    const warnings = (userPool: object) =>
      synthApp({ userPool: { triggers: { customMessage: handler }, ...userPool } }).warnings.join();
    const email = {
      identityArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com',
      from: 'login@example.com',
    };
    expect(warnings({})).toContain('customMessage');
    expect(warnings({ email })).not.toContain('customMessage');
  });
});

test('one key encrypts all logs of the user pool', () => {
  const logs = { tier: 'PLUS', threatProtection: 'audit', userEventLogs: {}, webAcl: 'count', triggers };
  const groupsOf = (settings: object) =>
    parse(cognito({ ...logs, ...settings }, { providerVersion: '>= 6.5.0, < 7.0.0' })).resource
      .aws_cloudwatch_log_group!;
  const keysOf = (settings: object) => Object.values(groupsOf(settings)).map(({ kms_key_id }) => kms_key_id);
  expect(keysOf({ logKmsKeyArn: kmsKeyArn })).toEqual(Array(4).fill(kmsKeyArn));
  expect(keysOf({})).toEqual(Array(4).fill(undefined));
});
