import { findLosses, type ResourceChange } from '../../src/terraform/losses';

function change(address: string, actions: readonly string[], before: object, after: object | null): ResourceChange {
  const values = (given: object | null) => given as Readonly<Record<string, unknown>> | null;
  return {
    address,
    mode: 'managed',
    type: address.split('.')[0]!,
    change: { actions, before: values(before), after: values(after) },
  };
}

const domain = (version: number) =>
  change('aws_cognito_user_pool_domain.domain', ['update'], {}, { managed_login_version: version });
const style = (...actions: readonly string[]) =>
  change('aws_cognito_managed_login_branding.web', actions, { client_id: 'web' }, null);
const client = change('aws_cognito_user_pool_client.web', ['delete'], { id: 'web' }, null);

test('the users of a group are lost with it, and with the user pool', () => {
  const group = change('aws_cognito_user_group.admins', ['delete'], { id: 'pool/admins', user_pool_id: 'pool' }, null);
  const pool = change('aws_cognito_user_pool.user_pool', ['delete'], { id: 'pool' }, null);
  const loss = { address: 'aws_cognito_user_group.admins', effect: 'takes all users out of the group' };
  expect(findLosses([group])).toEqual([loss]);
  expect(findLosses([group, pool])[1]).toEqual({ ...loss, within: 'aws_cognito_user_pool.user_pool' });
});

describe('the style of a managed login', () => {
  test('is lost when it is deleted, and the domain still has the managed login', () => {
    expect(findLosses([domain(2), style('delete')])).toEqual([
      {
        address: 'aws_cognito_managed_login_branding.web',
        effect: 'takes the style of the managed login, which then shows an error page',
      },
    ]);
  });

  test.each([
    ['the domain goes back to the classic login', [domain(1), style('delete')]],
    ['another style takes its place', [domain(2), style('delete', 'create')]],
    ['everything is destroyed', [change('aws_cognito_user_pool_domain.other', ['no-op'], {}, null), style('delete')]],
  ])('is not lost when %s', (_, changes) => {
    expect(findLosses(changes)).toEqual([]);
  });

  test('is lost with its app client', () => {
    expect(findLosses([domain(2), client, style('delete')]).map(({ within }) => within)).toEqual([
      undefined,
      'aws_cognito_user_pool_client.web',
    ]);
  });
});
