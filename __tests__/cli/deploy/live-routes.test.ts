import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { compareLiveRoutes, deployedStage, type LiveRoutes, stageOfUrl } from '../../../src/cli/deploy/live-routes';
import { type PlanJson, resourcesOf } from '../../../src/terraform/plan-json';
import { type StackJson } from '../../../src/terraform/synthesized-stacks';
import { resourceChange } from '../../support/plans';

/** The first page of the methods of the API, and the second. */
const pages = [
  {
    position: 'next',
    item: [{ id: 'one', path: '/orders', resourceMethods: { GET: { authorizationType: 'COGNITO_USER_POOLS' } } }],
  },
  { item: [{ id: 'two', path: '/', resourceMethods: { DELETE: {} } }] },
];

/** What API Gateway returns, by path and sorted query. */
const responses: Readonly<Record<string, unknown>> = {
  '/restapis/api/resources?embed=methods&limit=500': pages[0],
  '/restapis/api/resources?embed=methods&limit=500&position=next': pages[1],
  '/restapis/api/stages/prod?': { deploymentId: 'dep' },
  '/restapis/api/deployments/dep?embed=apisummary': {
    apiSummary: { '/orders': { GET: { authorizationType: 'COGNITO_USER_POOLS' } }, '/old': { GET: {} } },
  },
  '/domainnames/api.example.com/basepathmappings/v1?': { restApiId: 'api', stage: 'prod' },
  '/domainnames/api.example.com/basepathmappings/(none)?': { restApiId: 'other', stage: 'prod' },
};

let server: Server;
const before = process.env;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url!, 'http://127.0.0.1');
    searchParams.sort();
    const body = responses[decodeURIComponent(`${pathname}?${searchParams.toString()}`)];
    const headers = { 'content-type': 'application/json', ...(!body && { 'x-amzn-errortype': 'NotFoundException' }) };
    response.writeHead(body ? 200 : 404, headers).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  process.env = {
    ...before,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
});

afterAll(() => {
  process.env = before;
  server.close();
});

const root = '${aws_api_gateway_rest_api.rest_api.root_resource_id}';
const stack: StackJson = {
  terraform: {},
  provider: { aws: [{ region: 'us-east-1' }] },
  resource: {
    aws_api_gateway_resource: { orders: { parent_id: root, path_part: 'orders' } },
    aws_api_gateway_method: {
      orders_GET: {
        resource_id: '${aws_api_gateway_resource.orders.id}',
        http_method: 'GET',
        authorization: 'COGNITO_USER_POOLS',
      },
    },
  },
};
const stage = { restApiId: 'api', stageName: 'prod', region: 'us-east-1' };

describe('the routes in AWS', () => {
  test('are those of all pages, and those of the snapshot', async () => {
    expect(await compareLiveRoutes(stack, stage)).toEqual({
      differences: [
        { route: 'DELETE /', settings: null, api: 'NONE', stage: null },
        { route: 'GET /old', settings: null, api: null, stage: 'NONE' },
      ],
      rejections: [expect.objectContaining({ address: 'DELETE /' })],
    });
  });

  test('that a plan creates although the API has them are rejected with the command that imports them', async () => {
    const address = 'aws_api_gateway_method.orders_GET';
    const { rejections } = (await compareLiveRoutes(stack, stage, [
      resourceChange(address, 'create', null, {}),
    ])) as Extract<LiveRoutes, { rejections: unknown }>;
    expect(rejections[0]).toMatchObject({
      address,
      problem: 'would create GET /orders, which is in the API but not in the state: API Gateway rejects a second one',
      remedy: expect.stringContaining(`npm run import -- --resource ${address}=api/one/GET`) as string,
    });
    const managed = resourceChange(address, 'no-op', { resource_id: 'one', http_method: 'GET' }, {});
    expect(await compareLiveRoutes(stack, stage, [managed])).toMatchObject({ rejections: [{ address: 'DELETE /' }] });
  });

  test('are not compared when API Gateway rejects a call', async () => {
    expect(await compareLiveRoutes(stack, { ...stage, stageName: 'gone' })).toEqual({
      notCompared: expect.stringMatching(/^NotFoundException/) as string,
    });
  });
});

describe('the stage', () => {
  test.each([
    ['its own URL', 'https://api.execute-api.us-east-1.amazonaws.com/prod', stage],
    ['a custom domain', 'https://api.example.com', { ...stage, restApiId: 'other' }],
    ['a custom domain with a base path', 'https://api.example.com/v1', stage],
    ['the domain of nobody', 'https://b.example.com', { notCompared: expect.stringContaining('NotFound') as string }],
  ])('is found by %s', async (_, url, expected) => {
    expect(await stageOfUrl(url, stack)).toEqual(expected);
  });

  test('is found in a plan that only refreshes, whose resources are in its state', () => {
    const values = { rest_api_id: 'api', stage_name: 'prod' };
    const plan: PlanJson = {
      prior_state: {
        values: {
          root_module: {
            resources: [
              { address: 'aws_api_gateway_stage.stage', mode: 'managed', type: 'aws_api_gateway_stage', values },
            ],
          },
        },
      },
    };
    expect(deployedStage(stack, resourcesOf(plan))).toEqual(stage);
  });
});
