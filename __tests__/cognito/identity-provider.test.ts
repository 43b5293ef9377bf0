import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSettings } from '../../src/settings/environments';
import { files, secretArn } from '../support/every-setting';
import { parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const attributes = { email: 'email' };
const secret = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/corp-AbCdEf';
const client = { scopes: ['openid'], callbackUrls: ['https://app.example.com/callback'] };
const corp = {
  type: 'oidc',
  issuer: 'https://idp.example.com/oidc',
  clientId: 'shop',
  clientSecret: secretArn('corp'),
  attributes,
};
const google = { type: 'google', clientId: 'shop', clientSecret: secret, attributes };
const apple = { type: 'apple', clientId: 'shop', teamId: 'TEAM', keyId: 'KEY', privateKey: secret, attributes };
const okta = { type: 'saml', metadataUrl: 'https://example.okta.com/metadata?app=1', attributes };

type Settings = Readonly<Record<string, unknown>>;

function withProviders(identityProviders: Settings, web: Settings = {}, userPool: Settings = {}): Settings {
  return { identityProviders, userPool, appClients: { web: { ...client, ...web } } };
}

function provider(name: string, settings: Settings) {
  return resourceAt(synthApp(withProviders({ [name]: settings })).cognito, `aws_cognito_identity_provider.${name}`);
}

describe('an identity provider', () => {
  test('of OpenID Connect has a secret that Terraform reads', () => {
    const { cognito } = synthApp(withProviders({ Corp: { ...corp, scopes: ['openid', 'email'] } }));
    expect(resourceAt(cognito, 'aws_cognito_identity_provider.Corp')).toEqual({
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      provider_name: 'Corp',
      provider_type: 'OIDC',
      provider_details: {
        oidc_issuer: 'https://idp.example.com/oidc',
        client_id: 'shop',
        client_secret: '${data.aws_ssm_parameter.Corp_secret.value}',
        authorize_scopes: 'openid email',
        attributes_request_method: 'GET',
      },
      attribute_mapping: { username: 'sub', email: 'email' },
      lifecycle: {
        // An app client lets go of it before it is deleted.
        create_before_destroy: true,
        // Cognito adds these.
        ignore_changes: [
          ...['api_version', 'attributes_url', 'attributes_url_add_attributes', 'authorize_url', 'jwks_uri'],
          ...['token_request_method', 'token_url'],
        ].map((key) => `provider_details["${key}"]`),
      },
    });
    expect(parse(cognito).data.aws_ssm_parameter).toEqual({ Corp_secret: { name: secretArn('corp') } });
  });

  test.each<[string, Settings, object]>([
    [
      'Google',
      google,
      {
        provider_details: {
          client_id: 'shop',
          client_secret: '${data.aws_secretsmanager_secret_version.Google_secret.secret_string}',
          authorize_scopes: 'openid email profile',
        },
        attribute_mapping: { username: 'sub', email: 'email' },
      },
    ],
    [
      'SignInWithApple',
      apple,
      {
        provider_details: {
          client_id: 'shop',
          team_id: 'TEAM',
          key_id: 'KEY',
          private_key: '${data.aws_secretsmanager_secret_version.SignInWithApple_secret.secret_string}',
          authorize_scopes: 'email name',
        },
      },
    ],
    [
      'Facebook',
      { ...google, type: 'facebook' },
      {
        provider_details: expect.objectContaining({ authorize_scopes: 'public_profile,email' }) as unknown,
        attribute_mapping: { username: 'id', email: 'email' },
      },
    ],
    [
      'LoginWithAmazon',
      { ...google, type: 'amazon' },
      {
        provider_details: expect.objectContaining({ authorize_scopes: 'profile' }) as unknown,
        attribute_mapping: { username: 'user_id', email: 'email' },
      },
    ],
  ])('can be %s, which has the name of its type', (name, settings, expected) => {
    expect(provider(name, settings)).toMatchObject({ provider_name: name, provider_type: name, ...expected });
  });

  test('of SAML has the URL of its metadata, or the file', () => {
    expect(provider('Okta', okta)).toMatchObject({
      provider_type: 'SAML',
      provider_details: { MetadataURL: 'https://example.okta.com/metadata?app=1', IDPSignout: 'false' },
      attribute_mapping: attributes,
    });
    const file = { ...okta, metadataUrl: undefined, metadataFile: files.metadata, idpSignout: true };
    expect(provider('Adfs', file).provider_details).toEqual({
      MetadataFile: expect.stringMatching(/^<\?xml [^]*IDPSSODescriptor/) as unknown,
      IDPSignout: 'true',
    });
  });

  test('ignores details that Cognito adds or does not return, but not the settings', () => {
    const ignored = (name: string, settings: Settings) => {
      const { lifecycle, provider_details: details } = provider(name, settings);
      const names = (lifecycle as { ignore_changes: string[] }).ignore_changes.map(
        (path) => /^provider_details\["(\w+)"\]$/.exec(path)![1]!,
      );
      return { names, said: names.filter((key) => key in (details as object)) };
    };
    expect(ignored('Google', google)).toMatchObject({
      names: expect.arrayContaining(['oidc_issuer']) as unknown,
      said: [],
    });
    expect(ignored('SignInWithApple', apple).said).toEqual(['private_key']);
    expect(ignored('Okta', okta)).toEqual({
      names: ['ActiveEncryptionCertificate', 'SLORedirectBindingURI', 'SSORedirectBindingURI'],
      said: [],
    });
  });

  test('is in an app client by a reference, so that Terraform creates it first', () => {
    const { cognito, warnings } = synthApp(withProviders({ Corp: corp }, { identityProviders: ['COGNITO', 'Corp'] }));
    expect(resourceAt(cognito, 'aws_cognito_user_pool_client.web').supported_identity_providers).toEqual([
      'COGNITO',
      '${aws_cognito_identity_provider.Corp.provider_name}',
    ]);
    expect(warnings.join()).not.toContain('Corp');
  });

  test('without an app client causes a warning', () => {
    expect(synthApp(withProviders({ Corp: corp })).warnings).toContain(
      'No app client has the identity provider Corp: users cannot sign in with it. ' +
        'Add it to the identityProviders of an app client.',
    );
  });
});

/** Returns the report of wrong settings. */
function rejected(settings: Settings): string {
  try {
    parseSettings(settings);
  } catch (error) {
    return (error as Error).message;
  }
  return 'allowed';
}

describe('the settings of identity providers', () => {
  test.each<[string, Settings, string]>([
    ['google', google, 'google: the name must be Google, the only one for the type google'],
    ['Google', corp, 'Google: the name Google is reserved'],
    ['COGNITO', okta, 'COGNITO: the name COGNITO is reserved'],
    ['My_Corp', corp, 'My_Corp: the name must not contain "_"'],
    ['My:Corp', corp, '["My:Corp"]: the name must not contain ":"'],
    ['My Corp', corp, '["My Corp"]: the name must not contain " "'],
    ['IT', corp, 'IT: the name must have 3 to 32 characters, got 2'],
    ['Corp', { ...corp, type: 'oauth' }, 'Corp.type: must be one of "oidc", "google", "apple", "facebook", "amazon"'],
    ['Corp', { ...corp, issuer: 'http://idp.example.com' }, 'Corp.issuer: must be an https URL, got "http:'],
    ['Corp', { ...corp, issuer: 'https://idp.example.com:8443' }, 'Corp.issuer: must have the port 443 or 80'],
    ['Corp', { ...corp, issuer: 'https://idp.example.com/' }, 'Corp.issuer: must not have a query, or end with a sl'],
    [
      'Corp',
      { ...corp, issuer: 'https://idp.example.com/oidc/.well-known/openid-configuration' },
      'Corp.issuer: must be the issuer, https://idp.example.com/oidc, and not the URL of its discovery document',
    ],
    ['Corp', { ...corp, scopes: ['email'] }, 'Corp.scopes: must include openid, got ["email"]'],
    ['Corp', { ...corp, scopes: ['openid email'] }, 'Corp.scopes[0]: must not contain " "'],
    ['Corp', { ...corp, teamId: 'T' }, 'Corp.teamId: requires "type": "apple"'],
    ['Corp', { ...corp, clientSecret: secret.replace('us-east-1', 'eu-west-1') }, 'Corp.clientSecret: must be in us-'],
    ['Corp', { ...corp, attributes: {} }, 'Corp.attributes: must have at least 1 entry, got 0'],
    ['Corp', { ...corp, attributes: { username: 'a' } }, 'username: the name must not be username, which Cognito sets'],
    ['Corp', { ...corp, attributes: { team: 'a' } }, 'attributes.team: the name must be that of a user attribute'],
    ['Corp', { ...corp, idpIdentifiers: ['a,b'] }, 'Corp.idpIdentifiers[0]: must not contain ","'],
    ['Okta', { ...okta, metadataFile: files.metadata }, 'Okta: requires either metadataUrl or metadataFile'],
    ['Okta', { type: 'saml', attributes }, 'Okta: requires either metadataUrl or metadataFile'],
    ['Okta', { ...okta, metadataUrl: 'http://a.example' }, 'Okta.metadataUrl: must be an https URL'],
    ['Okta', { type: 'saml', metadataFile: '../idp.xml', attributes }, 'metadataFile: must be inside the project'],
  ])('reject %s %j', (name, settings, message) => {
    const report = rejected(withProviders({ [name]: settings }));
    expect(report).toContain('identityProviders');
    expect(report).toContain(message);
  });

  test.each([
    ['clientSecret', { Corp: { ...corp, clientSecret: 'hunter2-${x}' } }],
    ['privateKey', { SignInWithApple: { ...apple, privateKey: '-----BEGIN PRIVATE KEY-----hunter2' } }],
  ])('reject the %s in plain text without repeating it', (name, providers) => {
    const report = rejected(withProviders(providers));
    expect(report).toContain(`${name}: must be the ARN of a Systems Manager parameter or a Secrets Manager secret`);
    expect(report).not.toContain('hunter2');
  });

  test.each([
    ['a number', 4711_4711],
    ['a list', ['47114711']],
    ['an object', { value: '47114711' }],
  ])('reject a secret as %s without repeating it', (_, clientSecret) => {
    const report = rejected(withProviders({ Corp: { ...corp, clientSecret } }));
    expect(report).toContain('Corp.clientSecret: must be a string');
    expect(report).not.toContain('47114711');
  });

  test('reject lists instead of maps without repeating the secret in them', () => {
    const list = [{ clientSecret: 'hunter2' }];
    const reports = [withProviders({ Corp: list }), withProviders(list as never)].map((given) => rejected(given));
    expect(reports.join()).toMatch(/Corp: must be an object.*identityProviders: must be an object/s);
    expect(reports.join()).not.toContain('hunter2');
  });

  test.each([
    ['a page', '<html></html>', 'must contain the SAML metadata of an identity provider'],
    ['with a template', '<EntityDescriptor x="${y}"><IDPSSODescriptor y="">', 'must not contain ${ or %{'],
    ['that is too long', ' '.repeat(131_073), 'must have at most 131072 bytes, got 131073'],
  ])('reject metadata %s', (_, xml, message) => {
    const root = process.cwd();
    process.chdir(mkdtempSync(join(tmpdir(), 'metadata-')));
    writeFileSync('idp.xml', xml);
    const report = rejected(withProviders({ Adfs: { type: 'saml', metadataFile: 'idp.xml', attributes } }));
    process.chdir(root);
    expect(report).toContain(`identityProviders.Adfs.metadataFile: ${message}`);
  });

  test('reject an identifier that two providers have', () => {
    const idpIdentifiers = ['example.com'];
    const providers = { Corp: { ...corp, idpIdentifiers }, Okta: { ...okta, idpIdentifiers } };
    expect(rejected(withProviders(providers))).toContain('Okta.idpIdentifiers[0]: must not be that of Corp');
  });

  test('have no effect with an existing user pool', () => {
    const arn = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI';
    expect(rejected({ userPool: { arn }, identityProviders: { Corp: corp } })).toContain(
      'identityProviders: conflicts with userPool.arn',
    );
  });
});

describe('the attributes that Cognito writes at every sign-in', () => {
  const identityProviders = ['COGNITO', 'Corp'];
  const tenant = { attributes: { email: 'email', email_verified: 'email_verified', 'custom:tenant': 'tid' } };

  test.each<[string, Settings, Settings, Settings, string]>([
    [
      'are in the user pool',
      tenant,
      {},
      {},
      'Corp.attributes["custom:tenant"]: the name must be that of an attribute in userPool.attributes; allowed: none',
    ],
    [
      'are mutable',
      {},
      { attributes: { email: { mutable: false } } },
      {},
      'Corp.attributes.email: is immutable: Cognito writes it at every sign-in, and the second one would fail',
    ],
    [
      'are those that the user pool requires',
      {},
      { attributes: { given_name: { required: true } } },
      {},
      'Corp.attributes: must map given_name, which the user pool requires',
    ],
    [
      'include the email address where users sign in with a user name',
      { attributes: { name: 'name' } },
      { signIn: 'username' },
      {},
      'Corp.attributes: must map email, which the user pool requires',
    ],
    [
      'are in writeAttributes, whose default has the standard ones only',
      tenant,
      { attributes: { 'custom:tenant': {} } },
      { identityProviders },
      'appClients.web.writeAttributes: must include custom:tenant, which Cognito writes at every sign-in with Corp',
    ],
    [
      'are in writeAttributes, if that is set',
      { attributes: { email: 'email', name: 'name' } },
      {},
      { identityProviders, writeAttributes: ['email'] },
      'appClients.web.writeAttributes: must include name, which Cognito writes at every sign-in with Corp, got ["email"]',
    ],
    [
      'belong to a provider that is defined',
      {},
      {},
      { identityProviders: ['Nope'] },
      'appClients.web.identityProviders[0]: must be an identity provider, got "Nope"; allowed: COGNITO, Corp',
    ],
  ])('%s', (_, changes, userPool, web, message) => {
    expect(() => parseSettings(withProviders({ Corp: { ...corp, ...changes } }, web, userPool))).toThrow(message);
  });

  test.each<[string, Settings, Settings]>([
    ['a custom one that the user pool does not have', tenant, { writeAttributes: ['email'] }],
    ['one with a wrong name', { attributes: { email: 'email', nmae: 'name' } }, { writeAttributes: ['email'] }],
    [
      'a wrong name in the list of the app client',
      { attributes: { email: 'email', name: 'name' } },
      { writeAttributes: ['email', 'nmae'] },
    ],
  ])('are reported once: %s', (_, changes, lists) => {
    const web = { identityProviders, ...lists };
    expect(rejected(withProviders({ Corp: { ...corp, ...changes } }, web))).toMatch(/^A setting is wrong\./);
  });

  test('can be custom ones, and whether an address is verified', () => {
    const userPool = { attributes: { 'custom:tenant': {}, given_name: { mutable: false } } };
    const writeAttributes = ['email', 'custom:tenant'];
    const settings = withProviders({ Corp: { ...corp, ...tenant } }, { identityProviders, writeAttributes }, userPool);
    expect(() => parseSettings(settings)).not.toThrow();
  });
});
