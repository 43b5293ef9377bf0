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

  test('needs nothing but its name', () => {
    const { cognito } = synthApp({ groups: { 'read:write': {} } });
    expect(resourceAt(cognito, 'aws_cognito_user_group.read_write')).toEqual({
      name: 'read:write',
      user_pool_id: '${aws_cognito_user_pool.user_pool.id}',
    });
  });

  test.each([
    [{ 'the admins': {} }, 'groups.the admins: has a name that contains " "'],
    [{ 'read/write': {} }, 'groups.read/write: has a name that contains "/"'],
    [{ ['a'.repeat(129)]: {} }, 'has a name that is 129 characters long'],
    [{ admins: { precedence: 0 } }, 'groups.admins.precedence: is too small, got 0; allowed: at least 1'],
    [{ admins: { precedence: 2 ** 31 } }, 'groups.admins.precedence: is too large'],
    [{ admins: { description: '' } }, 'groups.admins.description: is 0 characters long'],
    [{ admins: { role: 'x' } }, 'groups.admins.role: is not known'],
    [{ 'a.b': {}, 'a:b': {} }, 'groups.a:b: has the same Terraform address as groups.a.b (a_b)'],
  ])('is not %j', (groups, message) => {
    expect(() => parseSettings({ groups })).toThrow(message);
  });
});
