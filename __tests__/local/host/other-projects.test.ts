import { screen } from '../../../src/cli/start/start-screen';
import { summary } from '../../../src/local/host/summary';
import { Browser } from '../../support/browser';
import { zipOf } from '../../support/function-package';
import { type Services, type ServeOptions, TestServices } from '../../support/local-services';
import { type Stack } from '../../support/main-stacks';
import { byToken, restApiStack } from '../../support/rest-api-stack';
import { expectError, tokensIn, UserPoolApi } from '../../support/user-pool-api';

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** A stack of another project: it has no output of this one. */
function stackOf(resource: Resources): Stack {
  return { name: 'app', terraform: { provider: { aws: [{ region: 'eu-west-1' }] }, resource, terraform: {} } };
}

/** A user pool with a hosted login and an app client. */
function userPool(name: string): Resources {
  const user_pool_id = `\${aws_cognito_user_pool.${name}.id}`;
  return {
    aws_cognito_user_pool: { [name]: { name, username_attributes: ['email'], auto_verified_attributes: ['email'] } },
    aws_cognito_user_pool_client: {
      [name]: {
        ...{ name, user_pool_id, allowed_oauth_flows: ['code'], allowed_oauth_flows_user_pool_client: true },
        ...{ allowed_oauth_scopes: ['openid'], supported_identity_providers: ['COGNITO'] },
        callback_urls: [`http://localhost:5173/${name}`],
        explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
    aws_cognito_user_pool_domain: { [name]: { user_pool_id, domain: name } },
  };
}

function merge(...all: readonly Resources[]): Resources {
  const types = [...new Set(all.flatMap(Object.keys))];
  return Object.fromEntries(
    types.map((type) => [type, Object.assign({}, ...all.map((each) => each[type])) as Resources[string]]),
  );
}

function without(resources: Resources, type: string): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([name]) => name !== type));
}

/** An API with a route for the scope `openid` and one for everyone, whose authorizer asks user pools. */
function restApi(...pools: readonly string[]): Resources {
  const { terraform } = restApiStack('api', {
    authorizer: { provider_arns: pools.map((name) => `\${aws_cognito_user_pool.${name}.arn}`) },
    methods: {
      'GET /public': {},
      'GET /orders/{id}': { method: byToken('openid') },
      'GET /orders': { method: byToken('openid') },
    },
  });
  return without(terraform.resource!, 'aws_cognito_user_pool');
}

function serve(resource: Resources, options: Partial<ServeOptions> = {}): Promise<Services> {
  return new TestServices([stackOf(resource)]).serve({}, options);
}

/** Signs the demo user of a pool in at its hosted login, and returns the access token. */
async function signIn(services: Services, name: string): Promise<string> {
  const { loginDomainUrl, demoUser } = services.userPools.find((pool) => pool.name === name)!;
  const client = {
    client_id: services.clientIds[name]!,
    redirect_uri: `http://localhost:5173/${name}`,
  };
  const query = new URLSearchParams({ ...client, response_type: 'code', scope: 'openid' });
  const browser = new Browser();
  const page = await browser.open(`${loginDomainUrl!}/oauth2/authorize?${query.toString()}`);
  const { url } = await browser.submit(page, { username: demoUser!.email, password: demoUser!.password });
  const response = await fetch(`${loginDomainUrl!}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...client, grant_type: 'authorization_code', code: url.searchParams.get('code')! }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function statusOf(url: string, accessToken?: string): Promise<number> {
  return (await fetch(url, { headers: accessToken === undefined ? {} : { Authorization: accessToken } })).status;
}

describe('stacks without the outputs of this project', () => {
  test('get them: those of the first app client with a code grant, and of a route that its token opens', async () => {
    const machine = { name: 'machine', user_pool_id: '${aws_cognito_user_pool.people.id}' };
    const services = await serve(
      merge({ aws_cognito_user_pool_client: { machine } }, userPool('people'), restApi('people')),
    );
    const outputs = services.outputs.LocalServices!;
    expect(outputs).toEqual({
      CognitoUserPoolID: services.userPoolId,
      Issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${services.userPoolId}`,
      HostedDomainUrl: services.loginDomainUrl,
      CognitoUserPoolAppClientID: services.clientIds.people,
      HostedLoginUrl: expect.stringContaining(`${services.loginDomainUrl}/oauth2/authorize?client_id=`) as string,
      CallbackUrl: 'http://localhost:5173/people',
      Scopes: 'openid',
      ApiEndpoint: `${services.apiUrl}/api`,
      ProtectedResourceUrl: `${services.apiUrl}/api/orders`,
    });
    const page = await new Browser().open(outputs.HostedLoginUrl!);
    expect([page.status, page.url.pathname]).toEqual([200, '/login']);
    expect(await statusOf(outputs.ProtectedResourceUrl!)).toBe(401);
    expect(await statusOf(outputs.ProtectedResourceUrl!, await signIn(services, 'people'))).toBe(200);
    expect(screen(services, 'outputs.json')).toContain(`curl ${services.apiUrl}/api/orders -H`);
  });

  test('are served without a hosted login if the user pool has no domain', async () => {
    const services = await serve(without(userPool('people'), 'aws_cognito_user_pool_domain'));
    const [{ jwksUrl, mailboxUrl }] = services.userPools as [Services['userPools'][0]];
    const shown = screen(services, 'outputs.json');
    expect(shown).toContain('\n  Hosted login    none: the user pool has no aws_cognito_user_pool_domain\n');
    expect(shown).toContain('\nAt the user pool API, sign up with any address, or sign in\nas demo@example.com with');
    expect(shown).not.toMatch(/curl|undefined/);
    expect(summary(services)).toMatchObject({ loginUrl: undefined, tokenUrl: undefined, mailboxUrl });
    const api = new UserPoolApi({ ...services, client: { id: services.clientIds.people! } } as Services);
    const { email, password } = services.demoUser;
    expect(await api.tokens(email, password)).toHaveProperty('AccessToken');
    expect(await statusOf(jwksUrl)).toBe(200);
    expect(await statusOf(mailboxUrl)).toBe(200);
    const { loginDomainUrl } = services;
    for (const path of ['/login', '/oauth2/authorize', '/oauth2/token', '/oauth2/userInfo']) {
      expect(await statusOf(`${loginDomainUrl}${path}`)).toBe(404);
    }
    const discovery = await (await fetch(jwksUrl.replace('jwks.json', 'openid-configuration'))).json();
    expect(Object.keys(discovery as object).filter((name) => name.endsWith('_endpoint'))).toEqual([]);
  });

  test('are served without a user pool', async () => {
    const api = without(restApi(), 'aws_api_gateway_authorizer');
    const isPublic = (name: string) => !name.includes('orders');
    const resource = Object.fromEntries(
      Object.entries(api).map(([type, all]) => [
        type,
        Object.fromEntries(Object.entries(all).filter(([name]) => isPublic(name))),
      ]),
    );
    const services = await serve(resource);
    expect(await statusOf(`${services.apiUrl}/api/public`)).toBe(200);
    expect([services.loginDomainUrl, services.userPoolApiUrl]).toEqual([undefined, undefined]);
    expect(screen(services, 'outputs.json')).not.toMatch(/curl|undefined|Hosted login|User pool/);
  });

  test('are rejected if there is nothing to serve', async () => {
    await expect(serve({ aws_s3_bucket: { files: {} } })).rejects.toThrow(
      new Error('there is nothing to serve: no aws_cognito_user_pool, and no aws_api_gateway_stage'),
    );
  });

  test('have resources of other services, which the screen counts', async () => {
    const services = await serve(
      merge(userPool('people'), { aws_s3_bucket: { a: {}, b: {} }, aws_sqs_queue: { c: {} } }),
    );
    expect(screen(services, 'outputs.json')).toContain(
      '\nPassed over: 3 resources of other services (aws_s3_bucket, aws_sqs_queue)\n',
    );
    expect(summary(services)).toMatchObject({ notServed: [], passedOver: { aws_s3_bucket: 2, aws_sqs_queue: 1 } });
  });

  test('can have app clients of a user pool that no stack has, which are named', async () => {
    const elsewhere = { name: 'elsewhere', user_pool_id: 'eu-west-1_elsewhere' };
    const services = await serve(merge(userPool('people'), { aws_cognito_user_pool_client: { elsewhere } }));
    expect(services.unserved).toEqual(['aws_cognito_user_pool_client.elsewhere: user_pool_id']);
  });

  test('can have names with characters that a terminal interprets, which the screen escapes', async () => {
    const { people } = userPool('people').aws_cognito_user_pool!;
    const named = { aws_cognito_user_pool: { people: { ...people, name: 'a\u001b[2Jb\u202e' } } };
    const services = await serve(merge(userPool('people'), named, userPool('other')), {
      userPool: 'aws_cognito_user_pool.people',
    });
    expect(screen(services, 'outputs.json')).toContain('a\\u001b[2Jb\\u202e (aws_cognito_user_pool.people)');
  });
});

describe('only the login', () => {
  const project = merge(userPool('people'), {
    aws_apigatewayv2_api: { http: { name: 'http', body: '${var.openapi}' } },
    aws_api_gateway_rest_api_policy: { policy: {} },
  });

  test('is served with the option for it, and the screen says how the API checks tokens', async () => {
    const services = await serve(project, { only: 'login' });
    const { issuer, jwksUrl } = services.userPools[0]!;
    expect(screen(services, 'outputs.json')).toContain(`
  API             none served. An API checks tokens with
                  issuer       ${issuer}
                  public keys  ${jwksUrl}
`);
    expect(await statusOf(jwksUrl)).toBe(200);
    expect(await signIn(services, 'people')).toEqual(expect.any(String));
  });

  test('is what the error message of an API of another kind recommends', async () => {
    await expect(serve(project)).rejects.toThrow(
      new Error(
        'The local services do not support these. Without them, they would accept requests that AWS rejects:\n' +
          '  aws_apigatewayv2_api.http\n  aws_api_gateway_rest_api_policy.policy\n' +
          'To serve the user pools without the API, use --only login.',
      ),
    );
  });
});

describe('several user pools', () => {
  const project = merge(userPool('people'), userPool('staff'), restApi('staff'));

  test('are rejected if it is not known which of them has the port of the login', async () => {
    await expect(serve(project)).rejects.toThrow(
      new Error(
        'Several user pools have a hosted login, and one of them gets its port: choose it with --user-pool; allowed: aws_cognito_user_pool.people, aws_cognito_user_pool.staff.',
      ),
    );
    await expect(serve(project, { userPool: 'x' })).rejects.toThrow(
      new Error(
        '--user-pool must be the name or the address of one user pool, got "x"; allowed: aws_cognito_user_pool.people, aws_cognito_user_pool.staff.',
      ),
    );
  });

  test('are each at their own login and issuer, and the API accepts the tokens of its own pool only', async () => {
    const services = await serve(project, { userPool: 'staff', issuer: 'local' });
    const [staff, people] = services.userPools;
    expect([staff, people].map((pool) => pool!.name)).toEqual(['staff', 'people']);
    expect(services.loginDomainUrl).toBe(staff!.loginDomainUrl);
    expect(services.client.id).toBe(services.clientIds.staff);
    for (const { issuer } of services.userPools) {
      const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
      expect(discovery).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
    }
    const url = `${services.apiUrl}/api/orders`;
    expect(await statusOf(url, await signIn(services, 'staff'))).toBe(200);
    expect(await statusOf(url, await signIn(services, 'people'))).toBe(401);
    const shown = screen(services, 'outputs.json');
    expect(shown).toContain(
      `people (aws_cognito_user_pool.people)\n                    login        ${people!.loginDomainUrl!}`,
    );
    expect(summary(services)).toMatchObject({ userPools: [{ name: 'staff' }, { name: 'people' }] });
  });

  test('share Cognito’s API, which finds the pool of each request', async () => {
    const services = await serve(project, { userPool: 'staff' });
    const people = services.userPools[1]!;
    const api = new UserPoolApi({
      ...services,
      client: { id: services.clientIds.people! },
      userPoolId: people.id,
    } as Services);
    const other = new UserPoolApi(services);
    const { UserPools } = (await api.admin('ListUserPools', { MaxResults: 60 })).body;
    expect((UserPools as { Name: string }[]).map(({ Name }) => Name).sort()).toEqual(['people', 'staff']);

    const email = 'ann@example.com';
    const password = 'Aa1-ann-ann';
    await api.admin('AdminCreateUser', { Username: email, MessageAction: 'SUPPRESS' });
    await api.admin('AdminSetUserPassword', { Username: email, Password: password, Permanent: true });
    expectError(await other.admin('AdminGetUser', { Username: email }), 'UserNotFoundException');
    expectError(await other.signIn(email, password), 'UserNotFoundException');
    const { AccessToken } = tokensIn(await api.signIn(email, password));
    expect((await api.call('GetUser', { AccessToken })).status).toBe(200);
    const { Domain } = (await api.admin('DescribeUserPool', {})).body.UserPool as { Domain: string };
    expect((await api.admin('DescribeUserPoolDomain', { Domain })).body).toMatchObject({
      DomainDescription: { UserPoolId: people.id },
    });
    expectError(await api.admin('DescribeUserPool', { UserPoolId: 'eu-west-1_none' }), 'ResourceNotFoundException');
    expectError(await api.admin('DescribeUserPool', { UserPoolId: 'constructor_x' }), 'ResourceNotFoundException');
  });

  test('find the pool of a sign-in by its session alone', async () => {
    const { people } = userPool('people').aws_cognito_user_pool!;
    const mfa = { mfa_configuration: 'ON', software_token_mfa_configuration: { enabled: true } };
    const withMfa = { aws_cognito_user_pool: { people: { ...people, ...mfa } } };
    const services = await serve(merge(project, withMfa), { userPool: 'staff' });
    const { demoUser } = services.userPools[1]!;
    const api = new UserPoolApi({ ...services, client: { id: services.clientIds.people! } } as Services);
    const { Session } = (await api.signIn(demoUser!.email, demoUser!.password)).body;
    expect((await api.call('AssociateSoftwareToken', { Session })).body).toHaveProperty('SecretCode');
  });

  test('appear and go away with a change, and the users of the others stay', async () => {
    const [one, two, last] = (await new TestServices([stackOf(userPool('people'))]).serveAll(
      {},
      {
        userPool: 'people',
        changes: [[stackOf(merge(userPool('staff'), userPool('people')))], [stackOf(userPool('people'))]],
      },
    )) as [Services, Services, Services];
    expect(two.userPools.map(({ name }) => name)).toEqual(['people', 'staff']);
    expect(last.userPools).toEqual(one.userPools);
    expect(await signIn(last, 'people')).toEqual(expect.any(String));
    await expect(fetch(two.userPools[1]!.loginDomainUrl!)).rejects.toThrow();
  });
});

describe('a route that is not served here', () => {
  const functionName = 'report';
  const place = { function_name: functionName, handler: 'src/app.handler', runtime: 'nodejs22.x' };
  const permission = { action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' };

  /** An API with a function behind two routes, one of them for the scope `openid`, and other routes. */
  function api(
    configuration: Readonly<Record<string, unknown>>,
    method: Readonly<Record<string, unknown>> = {},
  ): Resources {
    const integration = {
      type: 'AWS_PROXY',
      integration_http_method: 'POST',
      uri: '${aws_lambda_function.f.invoke_arn}',
    };
    const { terraform } = restApiStack('api', {
      methods: {
        'GET /function': { integration },
        'GET /protected': { integration, method: byToken('openid') },
        'GET /queue': { integration: { type: 'AWS', uri: '${var.queue}', credentials: '${var.role}' } },
        'GET /unknown': { integration: { type: 'HTTP_PROXY', uri: '${var.url}' } },
        'GET /iam': { method: { authorization: 'AWS_IAM', ...method } },
        'GET /authorizer': { method: { ...byToken(), authorizer_id: '${var.authorizer}' } },
        'GET /mock': {},
      },
      resource: {
        aws_lambda_function: { f: { ...place, ...configuration } },
        aws_lambda_permission: { f: { ...permission, function_name: functionName, source_arn: '${var.arn}' } },
      },
    });
    const pool = { pool: { auto_verified_attributes: ['email'], name: 'pool' } };
    return merge(terraform.resource!, { aws_cognito_user_pool: pool });
  }

  const responseOf = async ({ apiUrl }: Services, path: string) => {
    const response = await fetch(`${apiUrl}/api${path}`);
    return { status: response.status, body: await response.text() };
  };

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'another runtime',
      { filename: 'f.zip', runtime: 'python3.13' },
      'runtime: only Node.js is served, got python3.13',
    ],
    [
      'a container image',
      { package_type: 'Image', image_uri: '${var.uri}' },
      'filename: only a package in a .zip file',
    ],
    ['a layer', { filename: 'f.zip', layers: ['arn'] }, 'layers: layers are not served'],
    ['no package', { filename: 'nowhere.zip' }, 'filename: cannot be read: ENOENT'],
    [
      'an unknown variable',
      { filename: 'f.zip', environment: { variables: { A: '${var.a}' } } },
      'environment.variables.A',
    ],
  ])(
    'responds with 501 and the reason, and the rest is served: a function with %s',
    async (_, configuration, reason) => {
      const services = await serve(api(configuration));
      const { status, body } = await responseOf(services, '/function');
      expect(status).toBe(501);
      const { message } = JSON.parse(body) as { message: string };
      expect(message).toMatch(/^Not served on this machine: /);
      expect(message).toContain(reason);
      expect((await responseOf(services, '/protected')).status).toBe(401);
      expect((await responseOf(services, '/mock')).status).toBe(200);
      expect(services.unserved).toContainEqual(message.replace('Not served on this machine: ', ''));
      expect(services.passedOver).toEqual({});
      const shown = screen(services, 'outputs.json');
      expect(shown).toMatch(/GET \S+\/api\/function +responds with 501 +(app: )?aws_lambda_function\.f: /);
    },
  );

  test('responds with 501 for other integrations and authorizations', async () => {
    const zip = zipOf({ 'src/app.js': 'exports.handler = async () => ({ statusCode: 200, body: "{}" });' });
    const services = await serve(api({ filename: zip }));
    expect((await responseOf(services, '/function')).status).toBe(200);
    expect(await responseOf(services, '/queue')).toEqual({
      status: 501,
      body: '{"message":"Not served on this machine: aws_api_gateway_integration.GET_queue: type: AWS is not served"}',
    });
    const problem = 'app: aws_api_gateway_integration.GET_unknown: uri must be known before a deploy, got ${var.url}';
    expect(await responseOf(services, '/unknown')).toEqual({
      status: 501,
      body: expect.stringContaining(problem) as string,
    });
    const authorizer =
      'app: aws_api_gateway_method.GET_authorizer: authorizer_id must be known before a deploy, got ${var.authorizer}';
    expect(await responseOf(services, '/authorizer')).toEqual({
      status: 501,
      body: expect.stringContaining(authorizer) as string,
    });
    expect(services.unserved).toEqual([
      'aws_api_gateway_method.GET_iam: authorization',
      'aws_api_gateway_integration.GET_queue: type',
      expect.stringContaining(problem),
      expect.stringContaining(authorizer),
    ]);
    expect(await responseOf(services, '/iam')).toEqual({
      status: 501,
      body: expect.stringContaining('aws_api_gateway_method.GET_iam: authorization: AWS_IAM is not served') as string,
    });
    expect(services.routes.find(({ url }) => url.endsWith('/iam'))).toMatchObject({ public: false });
  });

  test('is also one without a permission to call its function', async () => {
    const zip = zipOf({ 'src/app.js': 'exports.handler = async () => ({ statusCode: 200, body: "{}" });' });
    const { status, body } = await responseOf(
      await serve(without(api({ filename: zip }), 'aws_lambda_permission')),
      '/function',
    );
    expect({ status, body }).toEqual({
      status: 501,
      body: expect.stringContaining('requires an aws_lambda_permission for report') as string,
    });
  });
});

test('a trigger that is not served fails what invokes it, and is named', async () => {
  const people = userPool('people');
  const lambda_config = { pre_sign_up: 'arn:aws:lambda:eu-west-1:111122223333:function:elsewhere' };
  const pool = { people: { ...people.aws_cognito_user_pool!.people, lambda_config } };
  const services = await serve(merge(people, { aws_cognito_user_pool: pool }));
  const reason = `aws_cognito_user_pool.people: lambda_config: must be a function of the stacks, got ${lambda_config.pre_sign_up}`;
  expect(services.unserved).toEqual([reason]);
  expectError(
    await new UserPoolApi(services).forUser('SignUp', 'ann@example.com', { Password: 'Aa1-ann-ann' }),
    'UserLambdaValidationException',
    new RegExp('PreSignUp failed with error it is not served on this machine'),
  );
});
