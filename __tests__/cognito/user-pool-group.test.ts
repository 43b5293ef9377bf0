import { parseSettings } from '../../src/settings/environments';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

describe('a group', () => {
  test('is a resource with its name, rank and description', () => {
    const { cognito } = synthApp({ groups: { admins: { description: 'Can do anything', precedence: 1 } } });
    expect(resourceAt(cognito, 'aws_cognito_user_group.admins')).toEqual({
      name: 'admins',
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
      description: 'Can do anything',
      precedence: 1,
    });
  });

  test('needs only its name', () => {
    const { cognito } = synthApp({ groups: { 'read:write': {} } });
    expect(resourceAt(cognito, 'aws_cognito_user_group.read_write')).toEqual({
      name: 'read:write',
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
    });
  });

  test('can have a slash in its name, which is _ in the address', () => {
    const { cognito } = synthApp({ groups: { 'orders/admins': {} } });
    expect(resourceAt(cognito, 'aws_cognito_user_group.orders_admins').name).toBe('orders/admins');
  });

  test.each([
    [{ 'the admins': {} }, 'groups["the admins"]: the name must not contain " "'],
    [{ ['a'.repeat(129)]: {} }, 'the name must have 1 to 128 characters, got 129'],
    [{ admins: { precedence: 0 } }, 'groups.admins.precedence: must be at least 1, got 0'],
    [{ admins: { precedence: 2 ** 31 } }, 'groups.admins.precedence: must be at most 2147483647'],
    [{ admins: { description: '' } }, 'groups.admins.description: must have 1 to 2048 characters'],
    [{ admins: { role: 'x' } }, 'groups.admins.role: unknown name'],
    [{ 'a/b': {}, a_b: {} }, 'groups.a_b: has the same Terraform address as "a/b" (a_b)'],
    [{ 'a.b': {}, 'a:b': {} }, 'groups["a:b"]: has the same Terraform address as "a.b" (a_b)'],
  ])('is not %j', (groups, message) => {
    expect(() => parseSettings({ groups })).toThrow(message);
  });
});
