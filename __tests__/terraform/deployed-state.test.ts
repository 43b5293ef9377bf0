import { findProtections, readDeletions, withGeneratedSecrets } from '../../src/terraform/deployed-state';
import { findLosses } from '../../src/terraform/losses';
import { type StackJson } from '../../src/terraform/synthesized-stacks';

function deployed(attributes: Readonly<Record<string, unknown>> = {}) {
  return readDeletions({
    resources: [
      { mode: 'data', type: 'terraform_remote_state', name: 'other', instances: [{ attributes: {} }] },
      {
        mode: 'managed',
        type: 'aws_cognito_user_pool',
        name: 'user_pool',
        instances: [{ attributes: { id: 'pool', ...attributes } }],
      },
      {
        mode: 'managed',
        type: 'aws_cognito_user_pool_client',
        name: 'client',
        instances: [{ index_key: 'web', attributes: { user_pool_id: 'pool' } }],
      },
    ],
  });
}

function configured(userPool: Readonly<Record<string, unknown>>): StackJson {
  return { resource: { aws_cognito_user_pool: { user_pool: userPool } }, terraform: {} };
}

describe('a destroy', () => {
  test('deletes what is in the state, and loses what a plan that deletes it would', () => {
    expect(deployed().map(({ address }) => address)).toEqual([
      'aws_cognito_user_pool.user_pool',
      'aws_cognito_user_pool_client.client["web"]',
    ]);
    expect(findLosses(deployed()).map(({ within }) => within)).toEqual([undefined, 'aws_cognito_user_pool.user_pool']);
  });

  test.each([
    [
      'deletion protection that is not deployed yet',
      { deletion_protection: 'ACTIVE', lifecycle: { prevent_destroy: true } },
      ['set userPool.deletionProtection to false, and deploy that first'],
    ],
    ['prevent_destroy', { lifecycle: { prevent_destroy: true } }, ['remove it from the lifecycle of the resource']],
    ['nothing', { deletion_protection: 'INACTIVE' }, []],
  ])('is stopped by %s', (_, configuration, remedies) => {
    const protections = findProtections(deployed(), configured(configuration));
    expect(protections.map(({ remedy }) => remedy)).toEqual(remedies);
  });

  test('is stopped once by deletion protection that is deployed, as a plan that deletes the pool', () => {
    expect(findProtections(deployed({ deletion_protection: 'ACTIVE' }), configured({}))).toEqual([]);
  });
});

describe('an imported app client', () => {
  const state = (...clients: readonly object[]) =>
    JSON.stringify({
      serial: 3,
      lineage: 'a',
      resources: clients.map((attributes, index) => ({
        mode: 'managed',
        type: 'aws_cognito_user_pool_client',
        name: `client${index}`,
        instances: [{ attributes }],
      })),
    });

  test('gets the argument that an import does not read, in the next version of the state', () => {
    const imported = state({ generate_secret: null, client_secret: '' }, { client_secret: 'secret' });
    expect(JSON.parse(withGeneratedSecrets(imported)!)).toMatchObject({
      serial: 4,
      lineage: 'a',
      resources: [
        { instances: [{ attributes: { generate_secret: false, client_secret: '' } }] },
        { instances: [{ attributes: { generate_secret: true, client_secret: 'secret' } }] },
      ],
    });
  });

  test('is not changed if it has the argument', () => {
    expect(withGeneratedSecrets(state({ generate_secret: true }))).toBeUndefined();
  });
});
