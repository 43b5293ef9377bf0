import { emptyPlan, readPlan } from '../../src/terraform/plan';
import { recordedPlan } from '../support/plans';

describe('a plan', () => {
  test('has the changed arguments by name, and says which values are known after the apply', () => {
    expect(readPlan(recordedPlan('changed-message')).changes).toEqual([
      {
        address: 'aws_api_gateway_deployment.deployment',
        action: 'replace',
        arguments: [{ name: 'triggers', forcesReplacement: true, knownAfterApply: false }],
      },
      {
        address: 'aws_api_gateway_integration_response.awesomeapi_GET_200',
        action: 'update',
        arguments: [{ name: 'response_templates', forcesReplacement: false, knownAfterApply: false }],
      },
      {
        address: 'aws_api_gateway_stage.stage',
        action: 'update',
        arguments: [{ name: 'deployment_id', forcesReplacement: false, knownAfterApply: true }],
      },
    ]);
  });

  test('has no losses when what it replaces is replaced without notice', () => {
    expect(readPlan(recordedPlan('changed-message')).losses).toEqual([]);
  });

  test('loses the users of a replaced user pool, followed by what is in the pool', () => {
    const within = 'aws_cognito_user_pool.user_pool';
    expect(readPlan(recordedPlan('replaced-user-pool')).losses).toEqual([
      { address: within, effect: 'permanently deletes all users' },
      {
        address: 'aws_cognito_resource_server.awesomeapi-resource-server',
        effect: 'removes its scopes from new access tokens: routes that require them respond with 401',
        within,
      },
      {
        address: 'aws_cognito_user_pool_client.awesome-app-client',
        effect: 'ends the client ID: every application that uses it stops working',
        within,
      },
      {
        address: 'aws_cognito_user_pool_client.web',
        effect: 'ends the client ID: every application that uses it stops working',
        within,
      },
      {
        address: 'aws_cognito_user_pool_domain.domain',
        effect: 'takes down the login URL, and ends every session of the hosted login',
        within,
      },
    ]);
  });

  test('loses a scope that an update removes, and a deleted app client', () => {
    expect(readPlan(recordedPlan('removed-scope')).losses).toEqual([
      {
        address: 'aws_cognito_resource_server.awesomeapi-resource-server',
        effect:
          'takes the scope awesomeapi-resource-server/awesomeapi.read out of new access tokens: routes that require it respond with 401',
      },
      {
        address: 'aws_cognito_user_pool_client.web',
        effect: 'ends the client ID: every application that uses it stops working',
      },
    ]);
  });

  test('names the outputs that change, which another stack may read', () => {
    expect(readPlan(recordedPlan('replaced-user-pool')).outputs).toContain(
      'cross-stack-output-aws_cognito_user_pool_user_pool_arn',
    );
  });

  test('that only refreshes has what was changed by hand', () => {
    expect(readPlan(recordedPlan('drift'), { refreshOnly: true })).toEqual({
      ...emptyPlan,
      drift: [
        {
          address: 'aws_api_gateway_stage.stage',
          action: 'update',
          arguments: [{ name: 'description', forcesReplacement: false, knownAfterApply: false }],
        },
      ],
    });
  });

  test('that only refreshes leaves out what Cognito sets, null that is read as empty, and the region of provider 6', () => {
    const change = {
      actions: ['update'],
      before: { estimated_number_of_users: 1, last_modified_date: 'yesterday', domain: null, tags: null, name: null },
      after: {
        estimated_number_of_users: 2,
        last_modified_date: 'today',
        domain: 'd',
        tags: {},
        name: '',
        region: 'us-east-1',
      },
    };
    const pool = {
      address: 'aws_cognito_user_pool.p',
      mode: 'managed',
      type: 'aws_cognito_user_pool',
      change,
    } as const;
    expect(readPlan({ resource_drift: [pool] }, { refreshOnly: true }).drift).toEqual([]);
  });

  test.each([
    ['import', { change: { actions: ['no-op'], before: {}, after: {}, importing: {} } }],
    ['move', { previous_address: 'aws_x.old', change: { actions: ['no-op'], before: {}, after: {} } }],
    ['forget', { change: { actions: ['forget'], before: {}, after: null } }],
  ])('has the action %s', (action, resource) => {
    const { changes } = readPlan({
      resource_changes: [{ address: 'aws_x.new', mode: 'managed', type: 'aws_x', ...resource }],
    });
    expect(changes).toEqual([{ address: 'aws_x.new', action, arguments: [] }]);
  });
});
