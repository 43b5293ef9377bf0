import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Purpose, reviewPlan } from '../../../src/cli/deploy/review-plan';
import { emptyPlan } from '../../../src/terraform/plan';
import { type ResourceChange } from '../../../src/terraform/plan-json';
import { resourceChange, stackPlan } from '../../support/plans';
import { stubAws } from '../../support/stub-aws';

/** What AWS returns: an operation of Cognito, or a path of API Gateway. All else is rejected. */
let responses: Readonly<Record<string, unknown>> = {};

stubAws(({ url, headers }, response) => {
  const call = String(headers['x-amz-target'] ?? url).replace(/^.*\.|\?.*$/g, '');
  const body = responses[call];
  response
    .writeHead(body ? 200 : 400, { ...(!body && { 'x-amzn-errortype': 'AccessDeniedException' }) })
    .end(JSON.stringify(body ?? {}));
});

const outputsFile = join(mkdtempSync(join(tmpdir(), 'outputs-')), 'outputs.json');

async function rejectionsOf(resource: object, resourceChanges: readonly ResourceChange[], purpose: Purpose = 'deploy') {
  const recorded = stackPlan('Stack', 'removed-scope');
  const terraform = {
    terraform: { backend: { local: { path: 'state' } } },
    provider: { aws: [{ region: 'us-east-1' }] as const },
    resource,
  };
  const given = { ...recorded, plan: emptyPlan, resourceChanges, stack: { ...recorded.stack, terraform } };
  const { plan } = await reviewPlan(given as typeof recorded, { purpose, outputsFile });
  return plan!.rejections;
}

describe('a plan that creates a user pool and its domain', () => {
  const resource = {
    aws_cognito_user_pool: { user_pool: {} },
    aws_cognito_user_pool_domain: { domain: { domain: 'my-login' } },
  };
  const [pool, domain] = ['aws_cognito_user_pool.user_pool', 'aws_cognito_user_pool_domain.domain'].map((address) =>
    resourceChange(address, 'create', null, {}),
  ) as [ResourceChange, ResourceChange];

  test('is rejected if a user pool of the account has the domain: the state is lost', async () => {
    responses = { DescribeUserPoolDomain: { DomainDescription: { UserPoolId: 'us-east-1_abc' } } };
    const rejection = {
      address: domain.address,
      problem: expect.stringContaining('my-login is the domain of the user pool us-east-1_abc') as string,
    };
    expect(await rejectionsOf(resource, [pool, domain])).toMatchObject([rejection]);
    // A plan to destroy nothing.
    expect(await rejectionsOf(resource, [], 'destroy')).toMatchObject([rejection]);
  });

  test.each([
    ['nobody has the domain', { DescribeUserPoolDomain: { DomainDescription: {} } }],
    ['Cognito rejects the call', {}],
  ])('is not rejected if %s', async (_what, given) => {
    responses = given;
    expect(await rejectionsOf(resource, [pool, domain])).toEqual([]);
  });
});

describe('the plan of a stage', () => {
  const stage = { rest_api_id: 'api', stage_name: 'prod' };
  const changes = [resourceChange('aws_api_gateway_stage.stage', 'no-op', stage, stage)];

  test('is rejected without a comparison of its routes, also if it takes no snapshot', async () => {
    responses = {};
    expect(await rejectionsOf({}, changes)).toEqual([
      {
        address: 'aws_api_gateway_stage.stage',
        problem: expect.stringContaining('cannot be compared with the settings') as string,
        remedy: expect.stringContaining('apigateway:GET') as string,
      },
    ]);
    expect(await rejectionsOf({}, changes, 'refresh')).toEqual([]);
    expect(await rejectionsOf({}, changes, 'destroy')).toEqual([]);
  });

  test('is rejected if the API has a method that the next snapshot would publish', async () => {
    responses = {
      '/restapis/api/resources': { item: [{ id: 'two', path: '/old', resourceMethods: { GET: {} } }] },
      '/restapis/api/stages/prod': { deploymentId: 'dep' },
      '/restapis/api/deployments/dep': { apiSummary: {} },
    };
    expect(await rejectionsOf({}, changes)).toMatchObject([{ address: 'GET /old' }]);
  });
});
