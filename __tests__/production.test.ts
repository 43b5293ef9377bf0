import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';

import { accountSettings, productionSettings, productionWith } from './support/production-settings';
import { addresses } from './support/stack-json';
import { synthApp } from './support/synth';

describe('the settings of the README for production', () => {
  test('for every account protect the user pool and log the calls', () => {
    const { cognito, apiGateway } = synthApp(productionSettings);
    expect(cognito).toHaveResourceWithProperties(CognitoUserPool, {
      deletion_protection: 'ACTIVE',
      mfa_configuration: 'ON',
      lifecycle: { prevent_destroy: true },
    });
    expect(addresses(apiGateway)).toEqual(
      expect.arrayContaining(['aws_cloudwatch_log_group.access_logs', 'aws_api_gateway_method_settings.stage']),
    );
  });

  test('with ARNs of an account add a style, host names and web ACLs', () => {
    const { cognito, apiGateway } = synthApp(productionWith(accountSettings));
    expect([...addresses(cognito), ...addresses(apiGateway)]).toEqual(
      expect.arrayContaining([
        'aws_cognito_managed_login_branding.awesome-app-client',
        'aws_wafv2_web_acl_association.user_pool_web_acl',
        'aws_wafv2_web_acl_association.stage_web_acl',
        'aws_api_gateway_domain_name.domain',
      ]),
    );
  });
});
