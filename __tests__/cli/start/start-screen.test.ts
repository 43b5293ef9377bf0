import { screen } from '../../../src/cli/start/start-screen';
import { summary } from '../../../src/local/host/summary';
import { curl } from '../../support/curl';
import { dataFolderWithKeys } from '../../support/data-folder';
import { type Changes, TestServices } from '../../support/local-services';
import { stacksOf } from '../../support/main-stacks';
import { OAuthClient } from '../../support/oauth-client';
import { synthApp } from '../../support/synth';

const localServices = new TestServices();

const client = 'aws_cognito_user_pool_client.awesome-app-client';

describe('the screen of npm start', () => {
  test.each<[string, Changes, RegExp]>([
    [
      'a callback URL with a query',
      { [client]: { callback_urls: ['http://localhost:3000/cb?x=1&y=$2'] } },
      /Web client\s+http:\/\/localhost:\d+\n[^]*\nOpen the web client: sign up/,
    ],
    [
      'a client with a secret',
      { [client]: { generate_secret: true } },
      /Web client\s+none: the app client has a secret, which a page cannot keep\n[^]*\nSign up/,
    ],
  ])('has commands that work for %s', async (_, changes, line) => {
    const services = await localServices.serve(changes);
    const shown = screen(services, 'cdktf.out/local-outputs.json');
    expect(shown).toMatch(line);

    const [tokenCommand, apiCommand] = [...shown.matchAll(/curl (?=.*http).*/g)].map(([command]) => command);
    expect(tokenCommand).not.toMatch(/[&$]/);
    const code = await new OAuthClient(services).code({ redirect_uri: services.client.callbackUrls[0] });
    const tokens = await curl(
      tokenCommand!.replace('=CODE', `=${code}`).replace('CLIENT_SECRET', services.clientSecret!),
    );
    const { access_token } = (await tokens.json()) as { access_token: string };
    const answer = await curl(apiCommand!.replace('ACCESS_TOKEN', access_token));
    expect(await answer.json()).toEqual({ statusCode: 200, message: 'Hello From Protected Resource' });
  });

  test('says which identity providers a page simulates, and which are called', async () => {
    const user_pool_id = '${aws_cognito_user_pool.user_pool.id}';
    const google = { user_pool_id, provider_name: 'Google', provider_type: 'Google' };
    const services = await localServices.serve(
      {
        'aws_cognito_identity_provider.google': google,
        'aws_cognito_identity_provider.corp': { ...google, provider_name: 'Corp', provider_type: 'OIDC' },
      },
      { providers: { Corp: { url: 'http://localhost:4000', clientSecret: 'do-not-show' } } },
    );
    const shown = screen(services, 'cdktf.out/local-outputs.json');
    expect(shown).toContain('\n  Providers       Google (simulated by a page), Corp (http://localhost:4000)\n');
    expect(shown).not.toContain('do-not-show');
    expect(shown).toContain('\nOpen the web client: sign up with any address, or sign in\nas demo@example.com with');
    const only = {
      [client]: { supported_identity_providers: ['Google'] },
      'aws_cognito_identity_provider.google': google,
    };
    const shownOnly = screen(await localServices.serve(only), 'cdktf.out/local-outputs.json');
    expect(shownOnly).toContain('\nOpen the web client: sign in with Google\n');
    expect(shownOnly).not.toContain('demo@example.com');
    expect(summary(services)).toMatchObject({
      identityProviders: [{ name: 'Google' }, { name: 'Corp', url: 'http://localhost:4000' }],
    });
  });

  const withoutCodes = { auto_verified_attributes: null, user_attribute_update_settings: null };
  const trigger = { pre_sign_up: 'arn:aws:lambda:us-east-1:123456789012:function:confirm' };

  test.each<[string, object, string]>([
    ['only administrators add users', { admin_create_user_config: { allow_admin_create_user_only: true } }, 'sign in'],
    ['nothing confirms a user', withoutCodes, 'sign in'],
    [
      'a trigger can confirm a user',
      { ...withoutCodes, lambda_config: trigger },
      'sign up with any address, or sign in',
    ],
  ])('proposes a sign-up only if it can be completed: %s', async (_, pool, proposal) => {
    const services = await localServices.serve({ 'aws_cognito_user_pool.user_pool': { ...pool } });
    const shown = screen(services, 'cdktf.out/local-outputs.json');
    expect(shown).toContain(`\nOpen the web client: ${proposal}\nas demo@example.com with`);
  });

  test('lists the routes: method, URL, who can call them, and what responds', async () => {
    const scopes = ['openid'];
    const response = { body: {} };
    const services = await new TestServices(
      stacksOf(
        synthApp({
          routes: {
            'POST /orders': { scopes, response },
            'GET /orders/{id}': { public: true, http: { url: 'http://localhost:8080/{id}' } },
          },
        }),
      ),
    ).serve();
    const shown = screen(services, 'cdktf.out/local-outputs.json').replaceAll(/:\d+\/prod/g, ':3002/prod');
    expect(shown).toContain(`
  API             POST http://localhost:3002/prod/orders      scope openid  mock
                  GET http://localhost:3002/prod/orders/{id}  public        http://localhost:8080/{id}
`);
    expect(shown).toContain('curl -X POST http://localhost:3002/prod/orders -H');
    expect(summary(services).routes).toMatchObject([
      { method: 'POST', public: false, scopes, target: 'mock' },
      { method: 'GET', public: true, scopes: [] },
    ]);
  });

  test('sends no token to an API whose routes are public', async () => {
    const routes = { 'GET /health': { public: true, response: { body: 'ok' } } };
    const services = await new TestServices(stacksOf(synthApp({ routes }))).serve();
    expect(screen(services, 'cdktf.out/local-outputs.json')).toMatch(
      /\n3\. Call the API, whose routes are public:\n\n {3}curl http:\/\/localhost:\d+\/prod\/health\n/,
    );
  });

  test('says where the users are kept, and what is deleted', async () => {
    const screenOf = async (data?: string) => screen(await localServices.serve({}, { data }), '');
    const folder = dataFolderWithKeys();
    const [kept, notKept] = [await screenOf(folder), await screenOf()];
    expect(kept).toContain(`\n  Users           1, kept in ${folder}\n`);
    expect(kept).toContain('\nPress Ctrl-C to stop. Emails are then deleted. Users and their tokens are kept.\n');
    expect(notKept).not.toContain('\n  Users');
    expect(notKept).toContain('\nPress Ctrl-C to stop. Users, tokens and emails are then deleted.\n');
  });

  test('has no web client if the login does not return to it', async () => {
    const services = await localServices.serve(
      { [client]: { callback_urls: ['https://app.example.com/cb'] } },
      { ports: { login: 0, api: 0, userPoolApi: 0 } },
    );
    expect(services.webUrl).toBeUndefined();
    expect(screen(services, 'cdktf.out/local-outputs.json')).toMatch(
      /Web client\s+not served here: the login returns to https:\/\/app\.example\.com\/cb\n/,
    );
  });
});
