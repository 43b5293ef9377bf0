import { readLiveRoutes, stageOfUrl } from '../../../src/cli/deploy/live-routes';
import { type StackJson } from '../../../src/terraform/synthesized-stacks';
import { stubAws } from '../../support/stub-aws';

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

stubAws(({ url }, response) => {
  const { pathname, searchParams } = new URL(url!, 'http://127.0.0.1');
  searchParams.sort();
  const body = responses[decodeURIComponent(`${pathname}?${searchParams.toString()}`)];
  const headers = { 'content-type': 'application/json', ...(!body && { 'x-amzn-errortype': 'NotFoundException' }) };
  response.writeHead(body ? 200 : 404, headers).end(JSON.stringify(body ?? {}));
});

const stack: StackJson = { terraform: {}, provider: { aws: [{ region: 'us-east-1' }] } };
const stage = { restApiId: 'api', stageName: 'prod', region: 'us-east-1' };

describe('the routes in AWS', () => {
  test('are those of all pages, and those of the snapshot', async () => {
    expect(await readLiveRoutes(stage)).toEqual({
      methods: [
        { route: 'GET /orders', resourceId: 'one', httpMethod: 'GET', authorization: 'COGNITO_USER_POOLS' },
        { route: 'DELETE /', resourceId: 'two', httpMethod: 'DELETE', authorization: 'NONE' },
      ],
      snapshot: new Map([
        ['GET /orders', 'COGNITO_USER_POOLS'],
        ['GET /old', 'NONE'],
      ]),
    });
  });

  test('are not read when API Gateway rejects a call', async () => {
    expect(await readLiveRoutes({ ...stage, stageName: 'gone' })).toEqual({
      notRead: expect.stringMatching(/^NotFoundException/) as string,
      hasCredentials: true,
    });
  });

  test('are not read without credentials', async () => {
    const given = process.env;
    process.env = {
      AWS_ENDPOINT_URL: given.AWS_ENDPOINT_URL,
      AWS_CONFIG_FILE: '/no-such-file',
      AWS_SHARED_CREDENTIALS_FILE: '/no-such-file',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const live = await readLiveRoutes(stage);
    process.env = given;
    expect(live).toMatchObject({ notRead: expect.any(String) as string, hasCredentials: false });
  });
});

describe('the stage', () => {
  test.each([
    ['its own URL', 'https://api.execute-api.us-east-1.amazonaws.com/prod', stage],
    ['a custom domain', 'https://api.example.com', { ...stage, restApiId: 'other' }],
    ['a custom domain with a base path', 'https://api.example.com/v1', stage],
    [
      'the domain of nobody',
      'https://b.example.com',
      expect.objectContaining({ notRead: expect.stringContaining('NotFound') as string }),
    ],
  ])('is found by %s', async (_, url, expected) => {
    expect(await stageOfUrl(url, stack)).toEqual(expected);
  });
});
