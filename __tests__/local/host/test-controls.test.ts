import { Browser } from '../../support/browser';
import { type Services, TestServices } from '../../support/local-services';
import { OAuthClient } from '../../support/oauth-client';

const localServices = new TestServices();

let client: OAuthClient;

beforeAll(async () => {
  client = new OAuthClient(await localServices.serve({}, { testControls: true }));
});

async function post(
  { loginDomainUrl }: Services,
  body: string,
  headers: Readonly<Record<string, string>> = { 'Content-Type': 'application/json' },
): Promise<Response> {
  return fetch(`${loginDomainUrl}/test-controls/clock`, { method: 'POST', headers, body });
}

async function advance(seconds: number): Promise<Date> {
  const response = await post(client.services, JSON.stringify({ advanceSeconds: seconds }));
  const { now } = (await response.json()) as { readonly now: string };
  return new Date(now);
}

describe('the clock of --test-controls', () => {
  test('is the real one until a test sets it ahead, and goes on from there', async () => {
    const before = await advance(0);
    expect(Math.abs(before.getTime() - Date.now())).toBeLessThan(5000);
    const after = await advance(90.5);
    expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(90_500);
    expect(after.getTime() - before.getTime()).toBeLessThan(95_500);
    expect((await advance(0)).getTime()).toBeGreaterThanOrEqual(after.getTime());
  });

  test('lets codes, sessions and tokens expire', async () => {
    const browser = new Browser();
    const code = await client.code({}, browser);
    const { access_token, refresh_token } = await client.tokens();
    const answers = async () => [
      (await client.userInfo(access_token)).status,
      await (await client.protectedResource(access_token)).text(),
    ];
    expect(await answers()).toEqual([200, expect.stringContaining('Hello')]);

    await advance(5 * 60);
    expect((await client.exchange({ code })).body).toEqual({ error: 'invalid_grant' });
    expect((await browser.open(client.authorizeUrl())).url.searchParams.has('code')).toBe(true);

    await advance(55 * 60);
    expect((await browser.open(client.authorizeUrl())).url.pathname).toBe('/login');
    expect(await answers()).toEqual([401, '{"message":"The incoming token has expired"}']);
    expect((await client.refresh({ refresh_token })).status).toBe(200);

    await advance(24 * 3600);
    expect((await client.refresh({ refresh_token })).body).toEqual({ error: 'invalid_grant' });
  });

  test.each([
    ['{"advanceSeconds": -1}', 400, 'Invalid request body: advanceSeconds: must be at least 0, got -1.'],
    ['{"advanceSeconds": "60"}', 400, 'Invalid request body: advanceSeconds: must be a number, got "60".'],
    ['{"advanceSeconds": null}', 400, 'Invalid request body: advanceSeconds: must be a number, got null.'],
    ['{"advanceSeconds": 1e999}', 400, 'Invalid request body: advanceSeconds: must be a number, got null.'],
    ['{"advanceSeconds": 300000000000}', 400, 'advanceSeconds leads to a time after the year 9999.'],
    [
      '{"seconds": 60}',
      400,
      'Invalid request body: advanceSeconds: is required; seconds: unknown name; allowed: advanceSeconds.',
    ],
    ['{"advanceSeconds": 60, "": 1}', 400, 'Invalid request body: [""]: unknown name; allowed: advanceSeconds.'],
    ['{}', 400, 'Invalid request body: advanceSeconds: is required.'],
    ['60', 400, 'Invalid request body: must be an object, got 60.'],
    ['[]', 400, 'Invalid request body: must be an object, got [].'],
    ['advanceSeconds=60', 400, 'Invalid request body: must be an object, got null.'],
    ['', 400, 'Invalid request body: must be an object, got null.'],
    [`{"advanceSeconds": 60${' '.repeat(1024)}}`, 413, 'The body is too large.'],
  ])('rejects %j and stays', async (body, status, message) => {
    const before = await advance(0);
    const response = await post(client.services, body);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
    expect((await advance(0)).getTime() - before.getTime()).toBeLessThan(5000);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'text/plain;application/json'])(
    'rejects the type %s, which a page of another site could send',
    async (type) => {
      const response = await post(client.services, '{"advanceSeconds": 60}', { 'Content-Type': type });
      expect([response.status, await response.json()]).toEqual([
        415,
        { message: 'The body must be JSON, with Content-Type: application/json.' },
      ]);
    },
  );

  test('takes the type with a character set', async () => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
    expect((await post(client.services, '{"advanceSeconds": 0}', headers)).status).toBe(200);
  });

  test.each(['GET', 'OPTIONS', 'PUT'])(
    'responds to %s with what is allowed, and nothing for other origins',
    async (method) => {
      const response = await fetch(`${client.services.loginDomainUrl}/test-controls/clock`, {
        method,
        headers: { Origin: 'https://example.com', 'Access-Control-Request-Method': 'POST' },
      });
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST']);
      expect(response.headers.has('Access-Control-Allow-Origin')).toBe(false);
    },
  );

  test('is not there without the option', async () => {
    const services = await localServices.serve();
    expect(services.clockUrl).toBeUndefined();
    expect((await post(services, '{"advanceSeconds": 60}')).status).toBe(404);
    expect(client.services.clockUrl).toBe(`${client.services.loginDomainUrl}/test-controls/clock`);
  });
});
