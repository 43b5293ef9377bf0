import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { Testing } from 'cdktf';

import { HostedDomain } from '../../src/cognito/hosted-domain';
import { UserPool } from '../../src/cognito/user-pool';
import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { AwsStack } from '../../src/stack/aws-stack';
import { certificateArn } from '../support/every-setting';
import { parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const login = { name: 'login.example.com', hostedZone: 'example.com' };
const zoneId = 'Z0123456789ABCDEFGHIJ';

describe('the hosted zone of a host name', () => {
  test.each([
    [{ name: 'login.example.com', hostedZone: 'login.example.com' }],
    [{ name: 'login.staging.example.com', hostedZone: 'example.com' }],
    [{ name: 'login.example.com', hostedZone: zoneId }],
  ])('is accepted with %j', (customDomain) => {
    expect(() => parseSettings({ customDomain })).not.toThrow();
  });

  test.each([
    [{ name: login.name }, 'customDomain: requires either hostedZone or certificateArn'],
    [{ ...login, certificateArn }, 'customDomain.hostedZone: conflicts with certificateArn'],
    [{ ...login, hostedZone: 'example.org' }, 'customDomain.name: must be in the hosted zone example.org, got "login'],
    [{ ...login, hostedZone: 'ple.com' }, 'customDomain.name: must be in the hosted zone ple.com'],
    [{ ...login, hostedZone: 'Example.com' }, 'customDomain.hostedZone: must be the name or the ID of a hosted zone'],
  ])('is rejected with %j', (customDomain, message) => {
    expect(() => parseSettings({ customDomain })).toThrow(message);
    expect(() => parseSettings({ restApi: { customDomain } })).toThrow(`restApi.${message}`);
  });

  test('has records for one login or API of all environments', () => {
    const api = { ...login, name: 'api.example.com' };
    const parse = (staging: object) => () =>
      parseEnvironments({
        settings: { customDomain: login, restApi: { customDomain: api } },
        environments: { staging: { domainPrefix: 'staging', region: 'eu-west-1', ...staging } },
      });
    const problem = (name: string) =>
      `restApi.customDomain.name: the DNS record of "${name}" is already used by the default environment`;
    expect(parse({})).toThrow(problem('api.example.com'));
    expect(parse({ restApi: { customDomain: { name: login.name } } })).toThrow(problem(login.name));
    expect(parse({ restApi: { customDomain: { name: 'api.staging.example.com' } } })).not.toThrow();
  });

  test('has the certificate, its validation record and the alias records of the login', () => {
    const { cognito } = synthApp({ region: 'eu-central-1', tags: { team: 'a' }, customDomain: login });
    const { provider, data } = parse(cognito);
    const defaultTags = [{ tags: { team: 'a' } }];
    expect(provider.aws).toEqual([
      { region: 'eu-central-1', default_tags: defaultTags },
      { alias: 'us-east-1', region: 'us-east-1', default_tags: defaultTags },
    ]);
    expect(resourceAt(cognito, 'aws_acm_certificate.domain_certificate')).toEqual({
      domain_name: 'login.example.com',
      validation_method: 'DNS',
      provider: 'aws.us-east-1',
      lifecycle: { create_before_destroy: true },
    });
    expect(resourceAt(cognito, 'aws_acm_certificate_validation.domain_certificate').provider).toBe('aws.us-east-1');
    expect(resourceAt(cognito, 'aws_cognito_user_pool_domain.domain').certificate_arn).toBe(
      '${aws_acm_certificate_validation.domain_certificate.certificate_arn}',
    );
    expect(resourceAt(cognito, 'aws_route53_record.domain_certificate_validation')).toMatchObject({
      zone_id: '${data.aws_route53_zone.domain_zone.zone_id}',
      name: '${tolist(aws_acm_certificate.domain_certificate.domain_validation_options).0.resource_record_name}',
      allow_overwrite: true,
    });
    for (const type of ['A', 'AAAA']) {
      expect(resourceAt(cognito, `aws_route53_record.domain_alias_${type}`)).toEqual({
        zone_id: '${data.aws_route53_zone.domain_zone.zone_id}',
        name: '${aws_cognito_user_pool_domain.domain.domain}',
        type,
        alias: {
          name: '${aws_cognito_user_pool_domain.domain.cloudfront_distribution}',
          zone_id: '${aws_cognito_user_pool_domain.domain.cloudfront_distribution_zone_id}',
          evaluate_target_health: false,
        },
      });
    }
    expect(data).toMatchObject({
      aws_route53_zone: { domain_zone: { name: 'example.com' } },
      // Cognito needs a record of the domain above.
      aws_route53_records: { domain_zone: { name_regex: '^(?:login\\.example\\.com|example\\.com)\\.?$' } },
    });
  });

  test.each([
    ['eu-central-1', 'REGIONAL', 'certificate', undefined],
    ['eu-central-1', 'EDGE', 'edge_certificate', 'aws.us-east-1'],
    ['us-east-1', 'EDGE', 'edge_certificate', undefined],
  ])(
    'has the certificate of an API in %s with the endpoint type %s in the region that uses it',
    (region, endpointType, id, provider) => {
      const customDomain = { name: '*.example.com', hostedZone: zoneId };
      const { apiGateway } = synthApp({ region, restApi: { endpointType, customDomain } });
      expect(resourceAt(apiGateway, `aws_acm_certificate.domain_${id}`).provider).toBe(provider);
      const argument = endpointType === 'EDGE' ? 'certificate_arn' : 'regional_certificate_arn';
      expect(resourceAt(apiGateway, 'aws_api_gateway_domain_name.domain')[argument]).toBe(
        `\${aws_acm_certificate_validation.domain_${id}.certificate_arn}`,
      );
      expect(resourceAt(apiGateway, 'aws_route53_record.domain_alias_A').zone_id).toBe(zoneId);
      // Route 53 has a code for the asterisk.
      expect(parse(apiGateway).data).toMatchObject({
        aws_route53_records: { domain_zone: { name_regex: '^(?:\\\\052\\.example\\.com)\\.?$' } },
      });
    },
  );
});

test('a host name can have a certificate that the same code creates', () => {
  const app = Testing.app({ stackTraces: false });
  const stack = new AwsStack(app, 'Login', { region: 'us-east-1' });
  const { arn } = new AcmCertificate(stack, 'login', { domainName: login.name, validationMethod: 'DNS' });
  const userPool = new UserPool(stack, 'users');
  new HostedDomain(stack, 'domain', { userPool, customDomain: { name: login.name, certificateArn: arn } });
  const json = Testing.synth(stack);
  expect(resourceAt(json, 'aws_cognito_user_pool_domain.domain').certificate_arn).toBe(
    '${aws_acm_certificate.login.arn}',
  );
  expect(parse(json).resource).not.toHaveProperty('aws_route53_record');
});
