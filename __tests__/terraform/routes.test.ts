import { type PlanJson, resourcesOf } from '../../src/terraform/plan-json';
import { compareRoutes, deployedStage, type LiveMethod, routeLines, routesOf } from '../../src/terraform/routes';
import { type StackJson } from '../../src/terraform/synthesized-stacks';
import { findUnmanagedMethods } from '../../src/terraform/unmanaged-methods';
import { mainStacks } from '../support/main-stacks';
import { resourceChange } from '../support/plans';

describe('the routes of a stack', () => {
  test('are its methods by path, with the authorization', () => {
    const stack = mainStacks().find(({ name }) => name === 'ApiGatewayStack')!;
    expect(Object.fromEntries(routesOf(stack.terraform))).toEqual({
      'GET /awesomeapi': 'COGNITO_USER_POOLS',
      'OPTIONS /': 'NONE',
      'OPTIONS /awesomeapi': 'NONE',
    });
  });

  test('leave out the methods of a resource that another stack defines', () => {
    const method = { resource_id: '${data.aws_api_gateway_resource.x.id}', http_method: 'GET', authorization: 'NONE' };
    expect(routesOf({ terraform: {}, resource: { aws_api_gateway_method: { x: method } } }).size).toBe(0);
  });
});

const root = '${aws_api_gateway_rest_api.rest_api.root_resource_id}';

/** A stack with these routes, each a path of one part and its authorization. */
function stackOf(routes: Readonly<Record<string, string>>): StackJson {
  const names = Object.keys(routes);
  return {
    terraform: {},
    provider: { aws: [{ region: 'us-east-1' }] },
    resource: {
      aws_api_gateway_resource: Object.fromEntries(names.map((name) => [name, { parent_id: root, path_part: name }])),
      aws_api_gateway_method: Object.fromEntries(
        names.map((name) => [
          `${name}_GET`,
          {
            resource_id: `\${aws_api_gateway_resource.${name}.id}`,
            http_method: 'GET',
            authorization: routes[name],
          },
        ]),
      ),
    },
  };
}

function methodOf(name: string, authorization: string): LiveMethod {
  return { route: `GET /${name}`, resourceId: `${name}-id`, httpMethod: 'GET', authorization };
}

test('routes differ by what is missing and by who may call them', () => {
  const stack = stackOf({ same: 'NONE', closed: 'COGNITO_USER_POOLS', new: 'NONE' });
  const methods = [
    methodOf('same', 'NONE'),
    methodOf('closed', 'COGNITO_USER_POOLS'),
    methodOf('new', 'NONE'),
    methodOf('by-hand', 'NONE'),
  ];
  const snapshot = new Map([
    ['GET /same', 'NONE'],
    ['GET /closed', 'NONE'],
    ['GET /deleted', 'NONE'],
  ]);
  expect(routeLines(compareRoutes(stack, { methods, snapshot })).join('\n')).toMatchInlineSnapshot(`
   "Routes that differ    settings            API                 stage
     GET /by-hand        -                   NONE                -
     GET /closed         COGNITO_USER_POOLS  COGNITO_USER_POOLS  NONE
     GET /deleted        -                   -                   NONE
     GET /new            NONE                NONE                -"
  `);
  const live = { methods: methods.slice(0, 1), snapshot: new Map([['GET /same', 'NONE']]) };
  expect(routeLines(compareRoutes(stackOf({ same: 'NONE' }), live))).toEqual([]);
});

describe('a method of the API that is not in the state', () => {
  const stack = stackOf({ orders: 'COGNITO_USER_POOLS' });
  const stage = { restApiId: 'api', stageName: 'prod', region: 'us-east-1' };
  const address = 'aws_api_gateway_method.orders_GET';
  const orders = methodOf('orders', 'COGNITO_USER_POOLS');

  test('is rejected if the settings do not have it, because a snapshot would publish it', () => {
    const managed = resourceChange(address, 'no-op', { resource_id: 'orders-id', http_method: 'GET' }, {});
    expect(findUnmanagedMethods(stack, [managed], [orders, methodOf('old', 'NONE')], stage)).toEqual([
      {
        address: 'GET /old',
        problem: 'is in the API, but not in the settings and not in the state: a deploy would publish it',
        remedy: expect.stringMatching(
          /^delete it with aws apigateway delete-method --rest-api-id api --resource-id old-id --http-method GET --region us-east-1/,
        ) as string,
      },
    ]);
  });

  test('is rejected with the command that imports it if a plan creates it', () => {
    expect(findUnmanagedMethods(stack, [resourceChange(address, 'create', null, {})], [orders], stage)).toEqual([
      {
        address,
        problem: 'would create GET /orders, which is in the API but not in the state: API Gateway rejects a second one',
        remedy: expect.stringContaining(`npm run import -- --resource ${address}=api/orders-id/GET`) as string,
      },
    ]);
  });
});

test('the deployed stage is found in a plan that only refreshes, whose resources are in its state', () => {
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
  expect(deployedStage(stackOf({}), resourcesOf(plan))).toEqual({
    restApiId: 'api',
    stageName: 'prod',
    region: 'us-east-1',
  });
});
