import { TestRestApi } from '../../support/rest-api';
import { byToken, restApiStack } from '../../support/rest-api-stack';

const start = Date.UTC(2030, 0);
const stage = {
  rest_api_id: '${aws_api_gateway_rest_api.api.id}',
  stage_name: '${aws_api_gateway_stage.stage.stage_name}',
};
const limits = (throttling_rate_limit: number, throttling_burst_limit: number) => ({
  throttling_rate_limit,
  throttling_burst_limit,
});

async function serve(settings: Readonly<Record<string, object>>): Promise<TestRestApi> {
  const stack = restApiStack('prod', {
    methods: {
      'GET /': {},
      'GET /orders/{id}': {},
      'POST /orders/{id}': {},
      'ANY /any': {},
      'GET /closed': { method: byToken('a/b') },
    },
    gatewayResponses: {
      DEFAULT_4XX: { response_parameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" } },
    },
    resource: {
      aws_api_gateway_method_settings: Object.fromEntries(
        Object.entries(settings).map(([method_path, of], index) => [
          `m${index}`,
          { ...stage, method_path, settings: of },
        ]),
      ),
    },
  });
  const api = await TestRestApi.serve([stack], {});
  await api.setTime(start);
  return api;
}

/** Calls a number of times; returns how many of the calls are accepted. */
async function answered(api: TestRestApi, method: string, path: string, calls = 5): Promise<number> {
  let count = 0;
  for (let call = 0; call < calls; call++) {
    const { statusCode } = await api.call({ method, path });
    count += statusCode === 429 ? 0 : 1;
  }
  return count;
}

test('a call above the limit gets the response of API Gateway, with the headers of the API’s errors', async () => {
  const api = await serve({ '*/*': limits(1, 1) });
  await api.call({ path: '/prod/orders/1' });
  const { statusCode, headers, body } = await api.call({ path: '/prod/orders/1' });
  expect({ statusCode, body }).toEqual({ statusCode: 429, body: '{"message":"Too Many Requests"}' });
  expect(headers).toMatchObject({
    'x-amzn-errortype': 'TooManyRequestsException',
    'access-control-allow-origin': '*',
  });
});

test('the bucket holds as many calls as the burst limit, and fills with the rate limit', async () => {
  const api = await serve({ '*/*': limits(2, 3) });
  expect(await answered(api, 'GET', '/prod/orders/1')).toBe(3);
  await api.setTime(start + 400);
  expect(await answered(api, 'GET', '/prod/orders/1')).toBe(0);
  await api.setTime(start + 500);
  expect(await answered(api, 'GET', '/prod/orders/1')).toBe(1);
  await api.setTime(start + 60_000);
  expect(await answered(api, 'GET', '/prod/orders/1')).toBe(3);
});

test('each method has a bucket, whatever the values in its path', async () => {
  const api = await serve({ '*/*': limits(1, 2) });
  expect(await answered(api, 'GET', '/prod/orders/1', 2)).toBe(2);
  expect(await answered(api, 'GET', '/prod/orders/2')).toBe(0);
  expect(await answered(api, 'POST', '/prod/orders/1')).toBe(2);
  expect(await answered(api, 'DELETE', '/prod/any')).toBe(2);
});

test('a method with settings of its own has only these', async () => {
  const api = await serve({ '*/*': limits(1, 1), '~1orders~1{id}/POST': limits(1, 4), '~1/GET': limits(-1, -1) });
  expect(await answered(api, 'POST', '/prod/orders/1')).toBe(4);
  expect(await answered(api, 'GET', '/prod/orders/1')).toBe(1);
  expect(await answered(api, 'GET', '/prod')).toBe(5);
});

test('a call above the limit is rejected before its token is verified', async () => {
  const api = await serve({ '*/*': limits(1, 1) });
  expect((await api.call({ path: '/prod/closed' })).statusCode).toBe(401);
  expect((await api.call({ path: '/prod/closed' })).statusCode).toBe(429);
});

test('without limits, or with 0, all or none of the calls are accepted', async () => {
  expect(await answered(await serve({}), 'GET', '/prod')).toBe(5);
  expect(await answered(await serve({ '*/*': { metrics_enabled: true } }), 'GET', '/prod')).toBe(5);
  expect(await answered(await serve({ '*/*': limits(0, 0) }), 'GET', '/prod')).toBe(0);
});
