import { createdDomains, findLostState } from '../../src/terraform/lost-state';
import { emptyPlan, type Plan } from '../../src/terraform/plan';
import { resourceChange } from '../support/plans';

const [file, restore] = ['outputs.json', 'restore the last version'];
const outputs = { CognitoUserPoolID: 'us-east-1_abc' };
const plan = (action: 'create' | 'replace', address: string): Plan => ({
  ...emptyPlan,
  changes: [{ address, action, arguments: [] }],
});

describe('a user pool that the plan creates', () => {
  test('is a second one when the outputs name one, since the state is lost', () => {
    expect(findLostState(plan('create', 'aws_cognito_user_pool.user_pool'), outputs, { file, restore })).toEqual([
      {
        address: 'aws_cognito_user_pool.user_pool',
        problem:
          'is not in the state, and outputs.json names a user pool, us-east-1_abc: a deploy would create a second one',
        remedy: 'restore the last version; if the user pool is deleted, delete outputs.json',
      },
    ]);
  });

  test.each<[string, Plan, object]>([
    ['there are no outputs', plan('create', 'aws_cognito_user_pool.user_pool'), {}],
    ['it is replaced', plan('replace', 'aws_cognito_user_pool.user_pool'), outputs],
    ['only another resource is created', plan('create', 'aws_cognito_user_group.admins'), outputs],
  ])('is not a second one when %s', (_, changes, given) => {
    expect(findLostState(changes, given as Readonly<Record<string, unknown>>, { file, restore })).toEqual([]);
  });
});

describe('a domain that the plan creates', () => {
  const pool = resourceChange('aws_cognito_user_pool.user_pool', 'create', null, {});
  const address = 'aws_cognito_user_pool_domain.domain';
  const domain = resourceChange(address, 'create', null, { domain: 'login' });

  test('can be one that a user pool has, since the state is lost', () => {
    expect(createdDomains([pool, domain])).toEqual([{ address, domain: 'login' }]);
  });

  test('is the one of the user pool in the state, or is replaced together with it', () => {
    expect(createdDomains([domain])).toEqual([]);
    expect(
      createdDomains([pool, domain].map(({ address: each }) => resourceChange(each, 'delete+create', {}, {}))),
    ).toEqual([]);
  });
});
