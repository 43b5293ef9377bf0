import { TestServices } from '../../../support/local-services';
import { jwtPart, OAuthClient } from '../../../support/oauth-client';
import { tokensIn, UserPoolApi } from '../../../support/user-pool-api';

const localServices = new TestServices();
const email = 'demo@example.com';
const roleArn = 'arn:aws:iam::123456789012:role/admins';

let client: OAuthClient;
let api: UserPoolApi;

beforeAll(async () => {
  const user_pool_id = '${aws_cognito_user_pool.user_pool.id}';
  const services = await localServices.serve({
    'aws_cognito_user_group.admins': {
      user_pool_id,
      name: 'admins',
      description: 'Can do anything',
      precedence: 0,
      role_arn: roleArn,
    },
    'aws_cognito_user_group.editors': { user_pool_id, name: 'editors' },
    'aws_cognito_user_group.readers': { user_pool_id, name: 'readers' },
  });
  client = new OAuthClient(services);
  api = new UserPoolApi(services);
});

const change = (operation: string, GroupName: string) => api.admin(operation, { Username: email, GroupName });

async function groupNames(operation: string, request: object): Promise<[names: string[], token: unknown]> {
  const { body } = await api.admin(operation, request);
  return [(body.Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName), body.NextToken];
}

describe('the tokens of a user', () => {
  test('have no claim of groups if the user is in none', async () => {
    const { access_token, id_token } = await client.tokens();
    expect([jwtPart(access_token, 1), jwtPart(id_token, 1)]).toEqual([
      expect.not.objectContaining({ 'cognito:groups': expect.anything() as unknown }),
      expect.not.objectContaining({ 'cognito:groups': expect.anything() as unknown }),
    ]);
  });

  test('name the groups of the user, from the login, the API and a refresh', async () => {
    const { refresh_token } = await client.tokens();
    await change('AdminAddUserToGroup', 'editors');
    await change('AdminAddUserToGroup', 'admins');
    const { AccessToken, IdToken } = tokensIn(await api.signIn(email, client.services.demoUser.password));
    const { body } = await client.refresh({ refresh_token });
    const { access_token } = await client.tokens();
    for (const token of [AccessToken, IdToken, access_token, body.access_token as string, body.id_token as string]) {
      expect(jwtPart(token, 1)['cognito:groups']).toEqual(['editors', 'admins']);
    }
    expect(jwtPart(IdToken, 1)).toMatchObject({ 'cognito:roles': [roleArn], 'cognito:preferred_role': roleArn });
    expect(jwtPart(AccessToken, 1)).not.toHaveProperty('cognito:roles');
  });

  test('no longer name a group that the user has left', async () => {
    const groups = async () => jwtPart((await client.tokens()).access_token, 1)['cognito:groups'] ?? [];
    await change('AdminAddUserToGroup', 'readers');
    expect(await groups()).toContain('readers');
    await change('AdminRemoveUserFromGroup', 'readers');
    expect(await groups()).not.toContain('readers');
  });
});

describe('an administrator', () => {
  test('finds the groups that the stacks have, by pages', async () => {
    const [first, NextToken] = await groupNames('ListGroups', { Limit: 2 });
    expect([first, ...(await groupNames('ListGroups', { NextToken }))]).toEqual([
      ['admins', 'editors'],
      ['readers'],
      undefined,
    ]);
    const { body } = await api.admin('GetGroup', { GroupName: 'admins' });
    expect(body.Group).toEqual({
      GroupName: 'admins',
      UserPoolId: api.userPoolId,
      Description: 'Can do anything',
      RoleArn: roleArn,
      Precedence: 0,
      CreationDate: expect.closeTo(localServices.now / 1000, -2) as number,
      LastModifiedDate: expect.closeTo(localServices.now / 1000, -2) as number,
    });
  });

  test('finds the groups of a user and the users of a group', async () => {
    await change('AdminAddUserToGroup', 'admins');
    await change('AdminRemoveUserFromGroup', 'editors');
    expect(await groupNames('AdminListGroupsForUser', { Username: email })).toEqual([['admins'], undefined]);
    const usersOf = async (GroupName: string) => (await api.admin('ListUsersInGroup', { GroupName })).body.Users;
    expect(await usersOf('admins')).toEqual([expect.objectContaining({ UserStatus: 'CONFIRMED' })]);
    expect(await usersOf('editors')).toEqual([]);
  });
});
