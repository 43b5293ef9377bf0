import { compareRoutes, routeLines, routesOf } from '../../src/terraform/routes';
import { mainStacks } from '../support/main-stacks';

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

test('routes differ by what is missing and by who may call them', () => {
  const settings = new Map([
    ['GET /same', 'NONE'],
    ['GET /closed', 'COGNITO_USER_POOLS'],
    ['GET /new', 'NONE'],
  ]);
  const api = new Map([...settings, ['GET /by-hand', 'NONE']]);
  const stage = new Map([
    ['GET /same', 'NONE'],
    ['GET /closed', 'NONE'],
    ['GET /deleted', 'NONE'],
  ]);
  expect(routeLines(compareRoutes(settings, api, stage)).join('\n')).toMatchInlineSnapshot(`
   "Routes that differ    settings            API                 stage
     GET /by-hand        -                   NONE                -
     GET /closed         COGNITO_USER_POOLS  COGNITO_USER_POOLS  NONE
     GET /deleted        -                   -                   NONE
     GET /new            NONE                NONE                -"
  `);
  expect(routeLines(compareRoutes(api, api, api))).toEqual([]);
});
