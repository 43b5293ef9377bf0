import { changesBeyond, deploySteps } from '../../src/terraform/deploy-steps';
import { type ResourceChange, type Values } from '../../src/terraform/plan-json';

const created = ['create'];
const deleted = ['delete'];
const updated = ['update'];
const replaced = ['create', 'delete'];
const kept = ['no-op'];

/** A change of `aws_NAME.x`. */
function change(
  name: string,
  actions: readonly string[],
  { before, after, ...others }: Partial<ResourceChange> & { before?: Values; after?: Values; unknown?: Values } = {},
): ResourceChange {
  const isNew = actions === created;
  const isOld = actions === deleted;
  return {
    address: `aws_${name}.x`,
    mode: 'managed',
    type: `aws_${name}`,
    change: {
      actions,
      before: isNew ? null : { rest_api_id: 'api', ...before },
      after: isOld ? null : { rest_api_id: 'api', ...after },
      after_unknown: others.unknown,
    },
    ...others,
  };
}

const newSnapshot = [change('api_gateway_deployment', replaced), change('api_gateway_stage', updated)];
const stageAddresses = ['aws_api_gateway_deployment.x', 'aws_api_gateway_stage.x'];

describe('the steps of a deploy', () => {
  test('are none where nothing is deleted from an API that stays', () => {
    expect(deploySteps([change('api_gateway_integration_response', updated), ...newSnapshot])).toEqual([]);
    expect(deploySteps([change('cognito_user_pool_client', deleted)])).toEqual([]);
    expect(deploySteps([change('cloudwatch_log_group', deleted), change('lambda_function', kept)])).toEqual([]);
  });

  test.each(['method', 'method_response', 'integration', 'integration_response', 'resource', 'gateway_response'])(
    'delete a %s first, also one that is replaced',
    (part) => {
      for (const actions of [deleted, replaced, ['delete', 'create']]) {
        expect(deploySteps([change(`api_gateway_${part}`, actions), ...newSnapshot])).toEqual([
          { kind: 'delete', targets: [`aws_api_gateway_${part}.x`] },
          { kind: 'rest', targets: [] },
        ]);
      }
    },
  );

  test.each([
    'lambda_function',
    'lambda_permission',
    'iam_role',
    'cloudwatch_log_group',
    'api_gateway_authorizer',
    'api_gateway_base_path_mapping',
    'route53_record',
    'api_gateway_domain_name',
    'api_gateway_method_settings',
    'wafv2_web_acl_association',
  ])('delete a %s last, after the stage has moved', (needed) => {
    expect(deploySteps([change(needed, deleted), ...newSnapshot])).toEqual([
      { kind: 'change', targets: stageAddresses },
      { kind: 'rest', targets: [] },
    ]);
  });

  test('rename a domain last, with its certificate and records, unless it leads to a stage that is replaced', () => {
    const renamed = { before: { domain_name: 'a' }, after: { domain_name: 'b' } };
    const domains = [
      ...['api_gateway_domain_name', 'api_gateway_base_path_mapping', 'acm_certificate'].map((type) =>
        change(type, replaced, renamed),
      ),
      change('acm_certificate_validation', replaced, { before: { certificate_arn: 'a' } }),
      change('route53_record', replaced, { before: { name: 'a' }, after: { name: 'b' } }),
    ];
    expect(deploySteps([...domains, ...newSnapshot])).toEqual([
      { kind: 'change', targets: stageAddresses },
      { kind: 'rest', targets: [] },
    ]);
    expect(deploySteps([...domains, newSnapshot[0]!, change('api_gateway_stage', replaced)])).toEqual([]);
  });

  test('leave a domain that is replaced because the API has another endpoint type', () => {
    const same = { before: { domain_name: 'a' }, after: { domain_name: 'a' } };
    expect(deploySteps([change('api_gateway_domain_name', replaced, same), ...newSnapshot])).toEqual([]);
  });

  test('are three for a route whose function goes', () => {
    const changes = [
      change('api_gateway_integration', replaced),
      change('lambda_function', deleted),
      change('iam_role', kept),
      ...newSnapshot,
    ];
    expect(deploySteps(changes)).toEqual([
      { kind: 'delete', targets: ['aws_api_gateway_integration.x'] },
      { kind: 'change', targets: ['aws_api_gateway_integration.x', ...stageAddresses] },
      { kind: 'rest', targets: [] },
    ]);
  });

  test('leave the parts of an API that is replaced, which serves until the new one does', () => {
    const api = change('api_gateway_rest_api', replaced, { before: { id: 'api' } });
    expect(deploySteps([api, change('api_gateway_method', replaced), ...newSnapshot])).toEqual([]);
  });

  test('name what has moved by the address that the state has', () => {
    const moved = change('api_gateway_method', replaced, { previous_address: 'aws_api_gateway_method.old' });
    expect(deploySteps([moved, ...newSnapshot])[0]!.targets).toEqual(['aws_api_gateway_method.old']);
  });

  test('leave what an interrupted replacement has left behind: AWS has only one integration of a method', () => {
    expect(deploySteps([change('api_gateway_integration', deleted, { deposed: 'abcd' }), ...newSnapshot])).toEqual([]);
  });
});

describe('the changes that were not approved', () => {
  const approved = [
    change('api_gateway_integration', replaced, { before: { type: 'MOCK' }, after: { type: 'AWS_PROXY' } }),
    change('lambda_function', deleted, { before: { memory_size: 128 } }),
    change('api_gateway_stage', updated, { before: { description: 'one' }, unknown: { deployment_id: true } }),
  ];
  const [integration, lambda] = approved as [ResourceChange, ResourceChange, ResourceChange];

  test('are none where a step does a part of what was approved', () => {
    const parts = [
      { ...integration, change: { ...integration.change, actions: deleted, after: null } },
      { ...integration, change: { ...integration.change, actions: created, before: null } },
      lambda,
      change('api_gateway_stage', updated, { before: { description: 'one' }, after: { deployment_id: 'new' } }),
      change('api_gateway_method', kept),
    ];
    expect(changesBeyond(approved, parts)).toEqual([]);
  });

  test('are not those of what AWS counts, such as the users of a pool', () => {
    const pool = (users: number) => {
      const counted = { estimated_number_of_users: users };
      return [
        change('cognito_user_pool', updated, { before: { ...counted, name: 'a' }, after: { ...counted, name: 'b' } }),
        change('cognito_user_pool', deleted, { before: counted, deposed: 'abcd' }),
      ];
    };
    expect(changesBeyond(pool(1), pool(2))).toEqual([]);
  });

  test('are not those from null to an empty value, which the next refresh reads', () => {
    const refreshed = { ...lambda, change: { ...lambda.change, before: { ...lambda.change.before, layers: [] } } };
    expect(changesBeyond(approved, [refreshed])).toEqual([]);
  });

  test.each<[string, ResourceChange, object]>([
    ['of another resource', change('iam_role', deleted), { address: 'aws_iam_role.x', action: 'delete' }],
    ['of another kind', change('lambda_function', updated), { address: 'aws_lambda_function.x', action: 'update' }],
    [
      'to another value',
      change('api_gateway_integration', created, { after: { type: 'HTTP_PROXY' } }),
      { address: 'aws_api_gateway_integration.x', action: 'create' },
    ],
    [
      'without a value',
      change('api_gateway_integration', created),
      { address: 'aws_api_gateway_integration.x', action: 'create' },
    ],
    [
      'of what somebody has changed since',
      change('api_gateway_stage', updated, { before: { description: 'two' } }),
      { address: 'aws_api_gateway_stage.x', action: 'update' },
    ],
  ])('are those %s', (_, planned, expected) => {
    expect(changesBeyond(approved, [planned])).toEqual([expect.objectContaining(expected)]);
  });
});
