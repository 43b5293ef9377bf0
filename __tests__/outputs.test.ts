import { synthesizedByMain } from './support/main-stacks';
import { parse } from './support/stack-json';
import { synthApp } from './support/synth';

/** Reads a stack's outputs as terraform shows them, with what a deploy fills in. */
function outputs(json: string, applied: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const shown = Object.entries(parse(json).output).filter(([name]) => !name.startsWith('cross-stack-output'));
  return Object.fromEntries(
    shown.map(([name, { value }]) => [
      name,
      String(value).replace(/\$\{([^}]+)\}/g, (reference, address: string) => applied[address] ?? reference),
    ]),
  );
}

const scope = 'orders/read';

const applied = {
  'aws_cognito_user_pool.user_pool.id': 'us-east-1_POOL',
  'aws_cognito_user_pool.user_pool.endpoint': 'cognito-idp.us-east-1.amazonaws.com/us-east-1_POOL',
  'aws_cognito_user_pool_client.awesome-app-client.id': 'CLIENT_ID',
  'aws_cognito_user_pool_domain.domain.domain': 'buraktas-awesome-domain',
  'aws_api_gateway_stage.stage.invoke_url': 'https://API.execute-api.us-east-1.amazonaws.com/prod',
};

describe('the outputs', () => {
  test('are enough for a client to log in with nothing else', () => {
    const { cognito, apiGateway } = synthesizedByMain();
    expect({ ...outputs(cognito, applied), ...outputs(apiGateway, applied) }).toEqual({
      CognitoUserPoolID: 'us-east-1_POOL',
      CognitoUserPoolAppClientID: 'CLIENT_ID',
      Issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_POOL',
      HostedDomainUrl: 'https://buraktas-awesome-domain.auth.us-east-1.amazoncognito.com',
      HostedLoginUrl:
        'https://buraktas-awesome-domain.auth.us-east-1.amazoncognito.com/oauth2/authorize?client_id=CLIENT_ID&response_type=code&scope=awesomeapi-resource-server%2Fawesomeapi.read+openid&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fdashboard',
      CallbackUrl: 'http://localhost:3000/dashboard',
      Scopes: 'awesomeapi-resource-server/awesomeapi.read openid',
      ApiEndpoint: 'https://API.execute-api.us-east-1.amazonaws.com/prod',
      ProtectedResourceUrl: 'https://API.execute-api.us-east-1.amazonaws.com/prod/awesomeapi',
    });
  });

  test('each say what they are', () => {
    const { cognito, apiGateway } = synthesizedByMain();
    const shown = Object.entries({ ...parse(cognito).output, ...parse(apiGateway).output });
    expect(shown).toHaveLength(10);
    for (const [name, { description, sensitive }] of shown) {
      expect({ name, description }).toEqual({
        name,
        // CDKTF adds one for the other stack, which has no description.
        description: sensitive ? undefined : (expect.stringMatching(/\w+ \w+/) as string),
      });
    }
  });

  test('describe the first app client by their plain names and each further one by its own', () => {
    const client = { scopes: ['openid'], callbackUrls: ['https://first.example/cb'] };
    const { cognito } = synthApp({
      appClients: {
        web: client,
        'back end': { ...client, callbackUrls: ['https://second.example/cb'], generateSecret: true },
      },
    });
    expect(outputs(cognito)).toMatchObject({
      CognitoUserPoolAppClientID: '${aws_cognito_user_pool_client.web.id}',
      CallbackUrl: 'https://first.example/cb',
      'CognitoUserPoolAppClientID-back_end': '${aws_cognito_user_pool_client.back_end.id}',
      'CallbackUrl-back_end': 'https://second.example/cb',
    });
    expect(parse(cognito).output['CognitoUserPoolAppClientSecret-back_end']).toMatchObject({ sensitive: true });
    expect(outputs(cognito)).not.toHaveProperty('CognitoUserPoolAppClientSecret');
  });

  test('are all that a machine needs to get access tokens, in addition to those of the first client with users', () => {
    const { cognito } = synthApp({
      appClients: {
        'nightly report': { grant: 'client_credentials', scopes: ['awesomeapi-resource-server/awesomeapi.read'] },
        web: { scopes: ['openid'], callbackUrls: ['https://first.example/cb'] },
      },
    });
    const shown = outputs(cognito, applied);
    expect(shown).toMatchObject({
      TokenUrl: 'https://buraktas-awesome-domain.auth.us-east-1.amazoncognito.com/oauth2/token',
      'CognitoUserPoolAppClientID-nightly_report': '${aws_cognito_user_pool_client.nightly_report.id}',
      'CognitoUserPoolAppClientSecret-nightly_report': '${aws_cognito_user_pool_client.nightly_report.client_secret}',
      'Scopes-nightly_report': 'awesomeapi-resource-server/awesomeapi.read',
      CognitoUserPoolAppClientID: '${aws_cognito_user_pool_client.web.id}',
    });
    expect(Object.keys(shown).filter((name) => name.endsWith('-nightly_report'))).toHaveLength(3);
    expect(parse(cognito).output['CognitoUserPoolAppClientSecret-nightly_report']).toMatchObject({ sensitive: true });
  });

  test('name no client when only machines sign in', () => {
    const { cognito } = synthApp({
      appClients: {
        report: { grant: 'client_credentials', scopes: ['awesomeapi-resource-server/awesomeapi.read'] },
      },
    });
    expect(Object.keys(outputs(cognito)).sort()).toEqual([
      'CognitoUserPoolAppClientID-report',
      'CognitoUserPoolAppClientSecret-report',
      'CognitoUserPoolID',
      'HostedDomainUrl',
      'Issuer',
      'Scopes-report',
      'TokenUrl',
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['the first protected route', { 'GET /health': 'public', 'GET /a': scope, 'GET /b': scope }, '/a', 'GET'],
    ['one that answers a GET', { 'DELETE /a': scope, 'ANY /b': scope }, '/b', 'GET'],
    ['one whose scope the app client can request', { 'GET /a': 'orders/write', 'GET /b': scope }, '/b', 'GET'],
    ['one without a path variable', { 'GET /a/{id}': scope, 'GET /b': scope }, '/b', 'GET'],
    ['one that requires a token rather than a public GET', { 'GET /health': 'public', 'POST /a': scope }, '/a', 'POST'],
    ['the names of path variables where every route has some', { 'GET /a/{id}/{rest+}': scope }, '/a/id/rest', 'GET'],
    ['a public route where all are public', { 'POST /a': 'public', 'GET /b': 'public' }, '/b', 'GET'],
  ])('name %s as the protected resource', (_, access, path, method) => {
    const routes = Object.fromEntries(
      Object.entries(access).map(([name, who]) => [
        name,
        { ...(who === 'public' ? { public: true } : { scopes: [who] }), response: { body: {} } },
      ]),
    );
    const resourceServers = { orders: { scopes: { read: 'read orders', write: 'write orders' } } };
    const appClients = { web: { scopes: [scope], callbackUrls: ['http://localhost:3000/cb'] } };
    const { apiGateway } = synthApp({ resourceServers, appClients, routes });
    expect(outputs(apiGateway).ProtectedResourceUrl).toBe(`\${aws_api_gateway_stage.stage.invoke_url}${path}`);
    expect(outputs(apiGateway).ProtectedResourceMethod ?? 'GET').toBe(method);
  });
});
