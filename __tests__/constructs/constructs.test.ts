import { readFileSync } from 'node:fs';

import { App, Fn, TerraformOutput, TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import { type Construct } from 'constructs';

import { ApiGatewayStack } from '../../src/api-gateway/api-gateway-stack';
import { CorsPreflight } from '../../src/api-gateway/cors-preflight';
import { LambdaFunction } from '../../src/lambda/lambda-function';
import { RestApi, type RestApiProps } from '../../src/api-gateway/rest-api';
import { AppClient, type AppClientProps } from '../../src/cognito/app-client';
import { CognitoStack } from '../../src/cognito/cognito-stack';
import { HostedDomain } from '../../src/cognito/hosted-domain';
import { MachineClient } from '../../src/cognito/machine-client';
import { IdentityProvider } from '../../src/cognito/identity-provider';
import { ManagedLogin } from '../../src/cognito/managed-login';
import { ResourceServer } from '../../src/cognito/resource-server';
import { UserPool, type UserPoolProps } from '../../src/cognito/user-pool';
import { UserPoolGroup } from '../../src/cognito/user-pool-group';
import { parseSettings } from '../../src/settings/environments';
import { defaultSettings } from '../../src/settings/settings';
import { AwsStack, type AwsStackProps } from '../../src/stack/aws-stack';
import { synthesizedByMain } from '../support/main-stacks';
import { addresses, parse, resourceAt } from '../support/stack-json';
import { OrdersStack } from './orders-stack';

// As somebody uses them whose values come from elsewhere than this project's settings.

const callbackUrls = ['https://app.example.com'];
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

function stackWith(props: AwsStackProps = {}): AwsStack {
  return new AwsStack(Testing.app({ stackTraces: false }), 'Stack', props);
}

function synth(stack: TerraformStack): string {
  stack.prepareStack();
  return Testing.synth(stack);
}

function appClient(stack: Construct, props: Partial<AppClientProps> = {}, pool: UserPoolProps = {}): AppClient {
  return new AppClient(stack, 'client', { userPool: new UserPool(stack, 'pool', pool), callbackUrls, ...props });
}

describe('a construct', () => {
  test('needs only what nobody else can know, and has the defaults of the settings', () => {
    const stack = stackWith();
    const userPool = new UserPool(stack, 'user_pool');
    const [client] = Object.values(defaultSettings.appClients);
    new AppClient(stack, 'awesome-app-client', {
      userPool,
      callbackUrls: ['http://localhost:3000/dashboard'],
      scopes: client!.scopes,
      resourceServers: [
        new ResourceServer(stack, 'awesomeapi-resource-server', {
          userPool,
          scopes: { 'awesomeapi.read': 'awesomeapi read scope' },
        }),
      ],
    });
    new HostedDomain(stack, 'domain', { userPool });
    const { cognito } = synthesizedByMain();
    expect(parse(synth(stack)).resource).toEqual(parse(cognito).resource);
  });

  test('can be used as the README shows', () => {
    const readme = readFileSync('src/README.md', 'utf8');
    const example = readFileSync(`${__dirname}/orders-stack.ts`, 'utf8').replaceAll("'../../src", "'./src");
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);

    const json = synth(new OrdersStack(Testing.app({ stackTraces: false }), 'Orders'));
    expect(addresses(json)).toEqual(
      expect.arrayContaining([
        'aws_cognito_user_pool.users',
        'aws_cognito_user_pool_client.web',
        'aws_api_gateway_rest_api.api_rest_api',
        'aws_api_gateway_method.api_orders_GET',
        'aws_api_gateway_method.api_root_OPTIONS',
        'aws_api_gateway_stage.api_stage',
      ]),
    );
    expect(resourceAt(json, 'aws_cognito_user_pool_client.web')).toMatchObject({
      name: 'web',
      allowed_oauth_scopes: ['${aws_cognito_resource_server.orders.identifier}/read', 'openid'],
    });
  });

  test('works in a stack of another kind, which has no region', () => {
    const stack = new TerraformStack(Testing.app({ stackTraces: false }), 'Stack');
    const userPool = new UserPool(stack, 'users');
    const domain = new HostedDomain(stack, 'login', { userPool, domainPrefix: 'acme' });
    new RestApi(stack, 'api', { routes: { 'GET /': { public: true, response: { body: 1 } } } });
    new TerraformOutput(stack, 'url', { value: domain.url });
    expect(parse(Testing.synth(stack)).output.url!.value).toMatch(
      /^https:\/\/\$\{aws_cognito_user_pool_domain\.\w+\.domain\}\.auth\.\$\{element\(split\("_", aws_cognito_user_pool\.\w+\.id\), 0\)\}\.amazoncognito\.com$/,
    );
  });

  test('takes tokens, which only apply knows', () => {
    const stack = stackWith();
    const variable = (name: string) => new TerraformVariable(stack, name, {});
    const urls = Token.asList(Fn.split(',', variable('urls').stringValue));
    const client = appClient(
      stack,
      { callbackUrls: urls, scopes: ['openid', variable('scope').stringValue] },
      {
        name: variable('name').stringValue,
        passwordPolicy: { minimumLength: variable('length').numberValue },
        webAclArn: variable('acl').stringValue,
      },
    );
    const domain = new HostedDomain(stack, 'domain', {
      userPool: new UserPool(stack, 'other'),
      domainPrefix: variable('prefix').stringValue,
    });
    new TerraformOutput(stack, 'url', { value: domain.loginUrl(client) });
    const json = synth(stack);
    expect(resourceAt(json, 'aws_cognito_user_pool_client.client')).toMatchObject({
      callback_urls: '${split(",", var.urls)}',
      allowed_oauth_scopes: ['openid', '${var.scope}'],
    });
    expect(resourceAt(json, 'aws_cognito_user_pool.pool')).toMatchObject({
      name: '${var.name}',
      password_policy: { minimum_length: '${var.length}' },
    });
    expect(parse(json).output.url!.value).toContain(
      'scope=${urlencode("openid ${var.scope}")}&redirect_uri=${urlencode(element(split(",", var.urls), 0))}',
    );
  });

  test.each<[string, (stack: AwsStack) => unknown, string]>([
    [
      'a duration',
      (stack) => appClient(stack, { accessTokenValidity: Token.asString({ resolve: () => '' }) }),
      'accessTokenValidity: must be known at synth',
    ],
    [
      'a file',
      (stack) => new LambdaFunction(stack, 'function', { handler: Token.asString({ resolve: () => '' }) }),
      'handler: must be known at synth',
    ],
  ])('does not take a token for %s, on which the JSON depends', (_what, define, message) => {
    expect(() => define(stackWith())).toThrow(message);
  });
});

describe('a construct rejects, in the words of the settings,', () => {
  const okta = {
    type: 'saml',
    metadataUrl: 'https://example.okta.com/metadata',
    attributes: { email: 'email', name: 'name' },
  } as const;
  const google = {
    type: 'google',
    clientId: 'shop',
    clientSecret: 'arn:aws:ssm:us-east-1:123456789012:parameter/google',
    attributes: { email: 'email' },
  } as const;
  const elsewhere = google.clientSecret.replace('us-east-1', 'eu-west-1');
  const immutable = { attributes: { email: { mutable: false } } };
  const writesEmail = { writeAttributes: ['email' as const] };
  const route = { public: true, response: { body: 1 } } as const;
  const routes = (more: RestApiProps['routes']) => (stack: AwsStack) => new RestApi(stack, 'api', { routes: more });

  test.each<[string, (stack: AwsStack) => unknown, string, object]>([
    [
      'a name',
      (stack) => new UserPool(stack, 'x', { name: '!' }),
      'name: must not contain "!", got "!"; allowed: 1 to 128 characters',
      { userPool: { name: '!' } },
    ],
    [
      'threat protection in another tier than PLUS',
      (stack) => new UserPool(stack, 'x', { tier: 'ESSENTIALS', threatProtection: 'audit' }),
      'threatProtection: requires "tier": "PLUS"',
      { userPool: { tier: 'ESSENTIALS', threatProtection: 'audit' } },
    ],
    [
      'a web ACL of another region',
      (stack) => new UserPool(stack, 'x', { webAclArn: webAclArn('eu-west-1') }),
      'webAclArn: must be in us-east-1, got "arn:aws:wafv2:eu-west-1',
      { userPool: { webAclArn: webAclArn('eu-west-1') } },
    ],
    [
      'the name of a scope',
      (stack) => new ResourceServer(stack, 'x', { userPool: new UserPool(stack, 'pool'), scopes: { 'a/b': 'c' } }),
      'scopes["a/b"]: the name must not contain "/"',
      { resourceServers: { x: { scopes: { 'a/b': 'c' } } } },
    ],
    [
      'a domain prefix',
      (stack) => new HostedDomain(stack, 'x', { userPool: new UserPool(stack, 'pool'), domainPrefix: 'my-aws' }),
      'domainPrefix: must not contain the reserved word "aws"',
      { domainPrefix: 'my-aws' },
    ],
    [
      'a domain prefix together with a host name of its own',
      (stack) =>
        new HostedDomain(stack, 'x', {
          userPool: new UserPool(stack, 'pool'),
          domainPrefix: 'acme',
          customDomain: { name: 'login.example.com', certificateArn },
        }),
      'domainPrefix: conflicts with customDomain',
      { domainPrefix: 'acme', customDomain: { name: 'login.example.com', certificateArn } },
    ],
    [
      'the name of an app client without a letter',
      () => new CognitoStack(new App(), 'x', { appClients: { 1: { callbackUrls } } }),
      'appClients["1"]: the name must contain a character that is not a digit',
      { appClients: { 1: { callbackUrls } } },
    ],
    [
      'a map without an entry',
      () => new CognitoStack(new App(), 'x', { appClients: {} }),
      'appClients: must have 1 to 1000 entries, got 0',
      { appClients: {} },
    ],
    [
      'a callback URL',
      (stack) => appClient(stack, { callbackUrls: ['http://a.example'] }),
      'callbackUrls[0]: must use https, except for localhost',
      { appClients: { x: { callbackUrls: ['http://a.example'] } } },
    ],
    [
      'a scope that no resource server has',
      (stack) => appClient(stack, { scopes: ['a/b'] }),
      'scopes[0]: must be a scope of a resource server, got "a/b"',
      { appClients: { x: { callbackUrls, scopes: ['a/b'] } } },
    ],
    [
      'a token that outlives the refresh token',
      (stack) => appClient(stack, { refreshTokenValidity: '1 hour', idTokenValidity: '2 hours' }),
      'idTokenValidity: must not be longer than refreshTokenValidity, which is 1 hour, got "2 hours"',
      { appClients: { x: { callbackUrls, refreshTokenValidity: '1 hour', idTokenValidity: '2 hours' } } },
    ],
    [
      'a sign-in that the tier of the user pool does not have',
      (stack) =>
        appClient(stack, { explicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }, { tier: 'LITE' }),
      'explicitAuthFlows: ALLOW_USER_AUTH requires the tier ESSENTIALS or PLUS',
      {
        userPool: { tier: 'LITE' },
        appClients: { x: { callbackUrls, explicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
      },
    ],
    [
      'a managed login in the tier LITE',
      (stack) =>
        new ManagedLogin(stack, 'x', { userPool: new UserPool(stack, 'pool', { tier: 'LITE' }), appClients: [] }),
      'style: managed requires the tier ESSENTIALS or PLUS',
      { providerVersion: '6.25.0', userPool: { tier: 'LITE' }, login: { style: 'managed' } },
    ],
    [
      "a machine's client that asks for a scope about a user",
      (stack) => new MachineClient(stack, 'x', { userPool: new UserPool(stack, 'pool'), scopes: ['openid'] }),
      'scopes[0]: must be a scope of a resource server, because no user signs in',
      { appClients: { x: { grant: 'client_credentials', scopes: ['openid'] } } },
    ],
    [
      'the precedence of a group',
      (stack) => new UserPoolGroup(stack, 'x', { userPool: new UserPool(stack, 'pool'), precedence: 0 }),
      'precedence: must be at least 1, got 0',
      { groups: { x: { precedence: 0 } } },
    ],
    [
      'a mapped attribute that is immutable',
      (stack) => new IdentityProvider(stack, 'Okta', { ...okta, userPool: new UserPool(stack, 'pool', immutable) }),
      'attributes.email: is immutable: Cognito writes it at every sign-in',
      { userPool: immutable, identityProviders: { Okta: okta } },
    ],
    [
      'the name of a social identity provider',
      (stack) => new IdentityProvider(stack, 'x', { ...google, name: 'Gmail', userPool: new UserPool(stack, 'pool') }),
      'the name must be Google, the only one for the type google',
      { identityProviders: { Gmail: google } },
    ],
    [
      'a secret of another region',
      (stack) =>
        new IdentityProvider(stack, 'x', { ...google, clientSecret: elsewhere, userPool: new UserPool(stack, 'pool') }),
      'clientSecret: must be in us-east-1, got "arn:aws:ssm:eu-west-1',
      { identityProviders: { Google: { ...google, clientSecret: elsewhere } } },
    ],
    [
      'a mapped attribute that the app client cannot write',
      (stack) => {
        const userPool = new UserPool(stack, 'pool');
        const provider = new IdentityProvider(stack, 'Okta', { ...okta, userPool });
        return new AppClient(stack, 'x', { userPool, callbackUrls, ...writesEmail, identityProviders: [provider] });
      },
      'writeAttributes: must include name, which Cognito writes at every sign-in with Okta',
      {
        identityProviders: { Okta: okta },
        appClients: { x: { callbackUrls, ...writesEmail, identityProviders: ['Okta'] } },
      },
    ],
    [
      'an HTTP method',
      routes({ 'GTE /echo': route }),
      'routes["GTE /echo"]: unknown HTTP method "GTE"; allowed: GET, POST',
      { routes: { 'GTE /echo': route } },
    ],
    [
      'two variables below one path',
      routes({ 'GET /a/{b}': route, 'GET /a/{c}': route }),
      'routes["GET /a/{c}"]: the variable {c} must be {b}, as in "GET /a/{b}"',
      { routes: { 'GET /a/{b}': route, 'GET /a/{c}': route } },
    ],
    [
      'a route that does not say who can call it',
      routes({ 'GET /a': { response: { body: 1 } } }),
      'requires either scopes or "public": true',
      { routes: { 'GET /a': { response: { body: 1 } } } },
    ],
    [
      'a certificate of another region',
      (stack) =>
        new RestApi(stack, 'x', {
          customDomain: { name: 'api.example.com', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') },
        }),
      'customDomain.certificateArn: must be in us-east-1',
      {
        restApi: {
          customDomain: { name: 'api.example.com', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') },
        },
      },
    ],
    [
      'credentials for every origin',
      (stack) => {
        const { restApi } = new RestApi(stack, 'api', { routes: { 'GET /': route } });
        return new CorsPreflight(stack, 'x', { restApi, resourceId: 'r', cors: { allowCredentials: true } });
      },
      'allowCredentials: requires origins in allowOrigin, because browsers reject credentials for *',
      { cors: { allowCredentials: true } },
    ],
  ])('%s', (_what, define, message, settings) => {
    expect(() => define(stackWith())).toThrow(message);
    expect(() => parseSettings(settings)).toThrow(message);
  });

  function webAclArn(region: string): string {
    return `arn:aws:wafv2:${region}:123456789012:regional/webacl/a/12345678-1234-1234-1234-123456789012`;
  }

  test('routes that require a token without a user pool', () => {
    expect(() => new RestApi(stackWith(), 'api')).toThrow(
      '[Stack/api/resources/awesomeapi/methods/GET] scopes: requires a user pool',
    );
  });

  test('arguments that the version of the provider does not have', () => {
    const stack = stackWith({ providerVersion: '~> 5.80' });
    new UserPool(stack, 'pool', { tier: 'PLUS' });
    expect(() => synth(stack)).toThrow(
      '[Stack] providerVersion: must exclude versions before 5.83.0, which do not have aws_cognito_user_pool.user_pool_tier, got "~> 5.80"',
    );
  });
});

describe('a stack', () => {
  test('takes a part of the settings', () => {
    const app = Testing.app({ stackTraces: false });
    const cognito = new CognitoStack(app, 'Cognito', { domainPrefix: 'acme', userPool: { mfa: 'optional' } });
    const api = new ApiGatewayStack(app, 'Api', { userPool: cognito.userPool, restApi: { stageName: 'v1' } });
    const json = synth(cognito);
    expect(resourceAt(json, 'aws_cognito_user_pool_domain.domain').domain).toBe('acme');
    expect(resourceAt(json, 'aws_cognito_user_pool.user_pool')).toMatchObject({
      name: 'awesome-cognito-user-pool',
      mfa_configuration: 'OPTIONAL',
    });
    expect(resourceAt(synth(api), 'aws_api_gateway_stage.stage').stage_name).toBe('v1');
  });

  test('has a prefix or a host name of its own', () => {
    const app = Testing.app({ stackTraces: false });
    const customDomain = { name: 'login.example.com', certificateArn };
    expect(() => new CognitoStack(app, 'Two', { domainPrefix: 'acme', customDomain })).toThrow(
      '[Two] domainPrefix: conflicts with customDomain',
    );
    const json = synth(new CognitoStack(app, 'One', { customDomain }));
    expect(resourceAt(json, 'aws_cognito_user_pool_domain.domain').domain).toBe('login.example.com');
  });

  test('without props is the reference', () => {
    const app = Testing.app({ stackTraces: false });
    const stack = new CognitoStack(app, 'CognitoStack');
    // It reads an output of the other stack.
    expect(
      new ApiGatewayStack(app, 'ApiGatewayStack', { userPool: stack.userPool, appClient: stack.appClients[0] }),
    ).toBeDefined();
    expect(parse(synth(stack)).resource).toEqual(parse(synthesizedByMain().cognito).resource);
  });
});
