import { findLostState, missingDomains } from '../../src/terraform/lost-state';
import { type ResourceChange } from '../../src/terraform/plan-json';
import { type StackJson } from '../../src/terraform/synthesized-stacks';
import { resourceChange } from '../support/plans';

const pool = 'aws_cognito_user_pool.user_pool';
const client = 'aws_cognito_user_pool_client.shop';
const domain = 'aws_cognito_user_pool_domain.domain';
const stack: StackJson = {
  terraform: {},
  resource: {
    aws_cognito_user_pool: { user_pool: {} },
    aws_cognito_user_pool_client: { shop: {} },
    aws_cognito_user_pool_domain: { domain: { domain: 'login' } },
  },
  output: { CognitoUserPoolID: { value: `\${${pool}.id}` }, CognitoUserPoolAppClientID: { value: `\${${client}.id}` } },
};
const outputs = { CognitoUserPoolID: 'us-east-1_abc', CognitoUserPoolAppClientID: 'c1' };
const create = (address: string) => resourceChange(address, 'create', null, {});
const keep = (address: string, id: string) => resourceChange(address, 'no-op', { id }, { id });

function lost(changes: readonly ResourceChange[], { isComplete = false, given = outputs } = {}): string[] {
  const restored = { file: 'outputs.json', restore: 'restore the last version', isComplete };
  return findLostState(stack, changes, given as Readonly<Record<string, unknown>>, restored).map(
    ({ address, problem, remedy }) => `${address} ${problem}. To do: ${remedy}.`,
  );
}

describe('the state is lost', () => {
  test('when a plan creates a user pool and the outputs name one', () => {
    expect(lost([create(pool), keep(client, 'c1')])).toEqual([
      `${pool} is not in the state, and outputs.json names a user pool, us-east-1_abc: a deploy would create a second one. ` +
        'To do: restore the last version; if it is deleted, delete outputs.json.',
    ]);
  });

  test('when a plan creates an app client that the outputs name, as with a state of an earlier deploy', () => {
    expect(lost([keep(pool, 'us-east-1_abc'), create(client)])).toEqual([
      expect.stringContaining(`${client} is not in the state, and outputs.json names an app client, c1`),
    ]);
  });

  test('when a destroy or a refresh finds none of what the outputs name', () => {
    expect(lost([], { isComplete: true })).toHaveLength(2);
  });

  test.each<[string, readonly ResourceChange[], object]>([
    ['there are no outputs', [create(pool), create(client)], { given: {} }],
    ['it is replaced', [resourceChange(pool, 'delete+create', { id: 'us-east-1_abc' }, {})], {}],
    ['the app client gets another name', [resourceChange(`${client}2`, 'delete', { id: 'c1' }), create(client)], {}],
    ['only another resource is created', [create('aws_cognito_user_group.admins')], {}],
  ])('but not when %s', (_, changes, options) => {
    expect(lost(changes, options)).toEqual([]);
  });
});

describe('a domain that the state does not have', () => {
  test('can be one that a user pool has, since the state is lost', () => {
    const missing = [{ address: domain, domain: 'login' }];
    expect(missingDomains(stack, [create(pool), create(domain)], false)).toEqual(missing);
    expect(missingDomains(stack, [], true)).toEqual(missing);
  });

  test('is the one of the user pool in the state, or is replaced together with it', () => {
    expect(missingDomains(stack, [keep(pool, 'us-east-1_abc'), create(domain)], false)).toEqual([]);
    const replaced = [pool, domain].map((address) => resourceChange(address, 'delete+create', {}, {}));
    expect(missingDomains(stack, replaced, false)).toEqual([]);
  });
});
