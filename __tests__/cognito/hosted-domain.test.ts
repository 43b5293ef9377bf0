import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { listSettings } from '../../src/settings/settings-list';
import { parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const customDomain = { name: 'login.example.com', certificateArn };

describe('a custom domain', () => {
  test.each([
    ['name', ['a.b.c', 'login.example.co.uk', `${'x'.repeat(53)}.a.example`]],
    ['certificateArn', [certificateArn]],
  ])('takes the %s %j', (name, values) => {
    for (const value of values) {
      expect(() => parseSettings({ customDomain: { ...customDomain, [name]: value } })).not.toThrow();
    }
  });

  test.each([
    ['name', 'example.com', 'must be a host name below a domain'],
    ['name', 'Login.example.com', 'must be a host name in lower case'],
    ['name', '-login.example.com', 'must be a host name in lower case'],
    ['name', 'login-.example.com', 'must be a host name in lower case'],
    ['name', 'login..example.com', 'must be a host name in lower case'],
    ['name', 'https://login.example.com', 'must be a host name in lower case'],
    ['name', `${'x'.repeat(54)}.a.example`, 'must have 1 to 63 characters, got 64'],
    ['name', 'login.auth.us-east-1.amazoncognito.com', 'must not be a host name of AWS'],
    ['name', undefined, 'is required'],
    [
      'certificateArn',
      certificateArn.replace('us-east-1', 'eu-central-1'),
      'must be in us-east-1, got "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"',
    ],
    ['certificateArn', certificateArn.replace('acm', 'iam'), 'must be the ARN of an ACM certificate in a known region'],
    ['certificateArn', certificateArn.slice(0, -1), 'must be the ARN of an ACM certificate in a known region'],
  ])('does not take the %s %j', (name, value, message) => {
    expect(() => parseSettings({ customDomain: { ...customDomain, [name]: value } })).toThrow(
      `customDomain.${name}: ${message}`,
    );
  });

  test('does not go with a domain prefix', () => {
    expect(() => parseSettings({ domainPrefix: 'mine', customDomain })).toThrow(
      'domainPrefix: conflicts with customDomain',
    );
    expect(() => parseSettings({ customDomain }, { DOMAIN_PREFIX: 'shell' })).toThrow(
      'In the environment variable DOMAIN_PREFIX:\n  domainPrefix: conflicts with customDomain',
    );
  });

  test('is the host name of the login, and an output says where its DNS record points', () => {
    const { cognito } = synthApp({ region: 'eu-central-1', customDomain });
    expect(resourceAt(cognito, 'aws_cognito_user_pool_domain.domain')).toEqual({
      domain: 'login.example.com',
      certificate_arn: certificateArn,
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
    });
    const { output } = parse(cognito);
    expect(output.HostedDomainUrl!.value).toBe('https://${aws_cognito_user_pool_domain.domain.domain}');
    expect(output.HostedDomainAliasTarget!.value).toBe(
      '${aws_cognito_user_pool_domain.domain.cloudfront_distribution}',
    );
    expect(parse(synthApp({}).cognito).output).not.toHaveProperty('HostedDomainAliasTarget');
  });

  test('replaces the domain prefix in the list of settings', () => {
    const given = { settings: { customDomain } };
    const [environment] = parseEnvironments(given);
    const names = listSettings(environment!, given, {}).map(({ setting }) => setting);
    expect(names).toContain('customDomain.name');
    expect(names).not.toContain('domainPrefix');
  });
});

describe('the host name of an environment', () => {
  const hostName = (settings: object, own: object) => {
    const [, { settings: merged }] = parseEnvironments({ settings, environments: { staging: own } }) as [
      unknown,
      { settings: { domainPrefix: string; customDomain?: object } },
    ];
    return merged.customDomain ?? merged.domainPrefix;
  };
  const staging = { ...customDomain, name: 'login.staging.example.com' };

  test('is its own, of either kind', () => {
    expect(hostName({ customDomain }, { domainPrefix: 'mine-staging' })).toBe('mine-staging');
    expect(hostName({ domainPrefix: 'mine' }, { customDomain: staging })).toEqual(staging);
    expect(hostName({ customDomain }, { customDomain: { name: staging.name } })).toEqual(staging);
  });

  test('cannot have the host name of another environment', () => {
    expect(() => hostName({ customDomain }, {})).toThrow(
      'customDomain.name: the host name "login.example.com" is already used by the default environment',
    );
  });
});
