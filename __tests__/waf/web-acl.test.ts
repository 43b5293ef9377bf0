import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { kmsKeyArn, webAclArn, webAcls } from '../support/every-setting';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

interface Rule {
  readonly name: string;
  readonly action?: object;
  readonly override_action?: object;
  readonly statement: Readonly<
    Record<string, { readonly rule_action_override?: readonly { readonly name: string }[] }>
  >;
}

function rulesOf(webAcl: unknown): readonly Rule[] {
  const { cognito } = synthApp({ userPool: { webAcl } });
  return resourceAt(cognito, 'aws_wafv2_web_acl.user_pool_web_acl').rule as readonly Rule[];
}

/** The rules that only count in a web ACL that blocks. */
const exceptionsOf = (rules: readonly Rule[]) =>
  rules.flatMap(({ statement }) =>
    (statement.managed_rule_group_statement?.rule_action_override ?? []).map(({ name }) => name),
  );

describe('a web ACL', () => {
  test.each([
    ['count', [{ count: {} }, { count: {} }, { count: {} }, { count: {} }]],
    ['block', [{ block: {} }, { none: {} }, { none: {} }, { none: {} }]],
  ])('can %s the requests that match a rule', (action, expected) => {
    const rules = rulesOf(action);
    expect(rules.map((rule) => rule.action ?? rule.override_action)).toEqual(expected);
    expect(rules.map(({ name }) => name)).toEqual([
      'requests-per-address',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
  });

  test('limits the requests of one address', () => {
    const limitOf = (webAcl: unknown) => rulesOf(webAcl)[0]!.statement.rate_based_statement;
    expect(limitOf('block')).toEqual({ aggregate_key_type: 'IP', limit: 2000, evaluation_window_sec: 300 });
    expect(limitOf({ action: 'block', requestsPerFiveMinutes: 10 })).toMatchObject({ limit: 10 });
  });

  test('does not block valid requests to the login and the API', () => {
    expect(exceptionsOf(rulesOf('block'))).toEqual(
      expect.arrayContaining(['EC2MetaDataSSRF_QUERYARGUMENTS', 'EC2MetaDataSSRF_BODY', 'GenericRFI_QUERYARGUMENTS']),
    );
    const { apiGateway } = synthApp({ restApi: { webAcl: 'block' } });
    const rules = resourceAt(apiGateway, 'aws_wafv2_web_acl.web_acl').rule as readonly Rule[];
    expect(exceptionsOf(rules)).toEqual(['SizeRestrictions_BODY']);
  });

  test('logs the requests that it counts or blocks, without tokens and codes, and is associated with its resource', () => {
    const { cognito, apiGateway } = synthApp({ ...webAcls, restApi: { ...webAcls.restApi, logKmsKeyArn: kmsKeyArn } });
    expect(resourceAt(apiGateway, 'aws_cloudwatch_log_group.web_acl_logs').kms_key_id).toBe(kmsKeyArn);
    expect(resourceAt(cognito, 'aws_cloudwatch_log_group.user_pool_web_acl_logs')).toMatchObject({
      name: 'aws-waf-logs-awesome-cognito-user-pool-login',
      retention_in_days: 7,
    });
    expect(resourceAt(cognito, 'aws_wafv2_web_acl_logging_configuration.user_pool_web_acl')).toMatchObject({
      resource_arn: '${aws_wafv2_web_acl.user_pool_web_acl.arn}',
      redacted_fields: [
        { single_header: { name: 'authorization' } },
        { single_header: { name: 'cookie' } },
        { query_string: {} },
      ],
      logging_filter: { default_behavior: 'DROP' },
    });
    expect(resourceAt(cognito, 'aws_wafv2_web_acl_association.user_pool_web_acl').web_acl_arn).toBe(
      '${aws_wafv2_web_acl.user_pool_web_acl.arn}',
    );
    expect(resourceAt(apiGateway, 'aws_wafv2_web_acl_association.stage_web_acl').web_acl_arn).toBe(
      '${aws_wafv2_web_acl.web_acl.arn}',
    );
  });

  test.each<[object, string]>([
    [{ webAcl: 'deny' }, 'webAcl: must be one of "count", "block"'],
    [{ webAcl: { action: 'block', requestsPerFiveMinutes: 9 } }, 'webAcl.requestsPerFiveMinutes: must be at least 10'],
    [{ webAcl: 'block', webAclArn: webAclArn('a') }, 'webAcl: conflicts with webAclArn'],
  ])('is rejected with %j', (settings, message) => {
    expect(() => parseSettings({ userPool: settings })).toThrow(`userPool.${message}`);
    expect(() => parseSettings({ restApi: settings })).toThrow(`restApi.${message}`);
  });

  test('cannot have the name of the web ACL of another environment', () => {
    const staging = { userPool: { name: 'awesome cognito user pool' }, restApi: { name: 'awesome api' } };
    const parse = () => parseEnvironments({ settings: webAcls, environments: { staging } });
    const used = 'in us-east-1 is already used by the default environment';
    expect(parse).toThrow(`userPool.name: the web ACL "awesome-cognito-user-pool-login" ${used}`);
    expect(parse).toThrow(`restApi.name: the web ACL "awesome-api-api" ${used}`);
  });

  test('of a login and an API with the same long name have two names', () => {
    const name = 'n'.repeat(128);
    const { cognito, apiGateway } = synthApp({
      userPool: { name, webAcl: 'count' },
      restApi: { name, webAcl: 'count' },
    });
    expect(resourceAt(cognito, 'aws_wafv2_web_acl.user_pool_web_acl').name).toBe(`${'n'.repeat(120)}-login`);
    expect(resourceAt(apiGateway, 'aws_wafv2_web_acl.web_acl').name).toBe(`${'n'.repeat(120)}-api`);
  });
});
