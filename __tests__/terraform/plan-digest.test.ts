import { digestOf } from '../../src/terraform/plan-digest';

type Planned = Parameters<typeof digestOf>[0][number];

function planned(
  after: object,
  { address = 'aws_x.y', actions = ['update'], secret = 'one' } = {},
  waitsFor?: string,
): Planned {
  const change = { actions, before: { secret }, after: { secret: 'two', ...after }, after_unknown: {} };
  return {
    stack: { name: 'Stack' },
    after: waitsFor,
    resourceChanges: [{ address, mode: 'managed', type: 'aws_x', change }],
  };
}

test('the digest of a plan is the same for the same changes, in any order and with what is only read', () => {
  const [one, other] = [planned({}), planned({}, { address: 'aws_x.z' })];
  const read = planned({}, { address: 'data.aws_x.r', actions: ['read'] });
  const both = (...parts: readonly Planned[]) => [
    { ...one, resourceChanges: parts.flatMap(({ resourceChanges }) => resourceChanges) },
  ];
  expect(digestOf(both(one, other))).toBe(digestOf(both(other, read, one)));
  expect(digestOf([one])).toMatch(/^[0-9a-f]{64}$/);
});

test('the digest of a plan is the same with another number of users, which Cognito counts', () => {
  const digest = (actions: readonly string[], users: number) => {
    const counted = { id: 'pool', name: 'users', estimated_number_of_users: users };
    const after = actions.join() === 'delete' ? null : { ...counted, name: 'people' };
    const unknown = actions.length > 1 ? { id: true, estimated_number_of_users: true } : {};
    const change = { actions, before: counted, after, after_unknown: unknown };
    return digestOf([
      { ...planned({}), resourceChanges: [{ address: 'aws_x.y', mode: 'managed', type: 'aws_x', change }] },
    ]);
  };
  for (const actions of [['update'], ['delete'], ['delete', 'create']]) {
    expect(digest(actions, 2)).toBe(digest(actions, 1));
  }
});

test('the digest of a plan that only refreshes is that of what was changed without terraform', () => {
  const drifted = (name: string, users: number) => {
    const before = { name: 'users', estimated_number_of_users: 1 };
    const change = { actions: ['update'], before, after: { name, estimated_number_of_users: users } };
    const type = 'aws_cognito_user_pool';
    return digestOf([
      { ...planned({}), resourceChanges: [], drift: [{ address: `${type}.x`, mode: 'managed', type, change }] },
    ]);
  };
  expect(drifted('people', 2)).toBe(drifted('people', 1));
  expect(drifted('persons', 1)).not.toBe(drifted('people', 1));
});

test.each([
  ['another value', planned({ secret: 'three' })],
  ['another value before', planned({}, { secret: 'zero' })],
  ['another resource', planned({}, { address: 'aws_x.z' })],
  ['another action', planned({}, { actions: ['delete', 'create'] })],
  ['another stack to wait for', planned({}, {}, 'Other')],
])('the digest is another one with %s', (_what, other) => {
  expect(digestOf([other])).not.toBe(digestOf([planned({})]));
});
