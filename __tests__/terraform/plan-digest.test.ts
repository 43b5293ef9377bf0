import { digestOf } from '../../src/terraform/plan-digest';

type Planned = Parameters<typeof digestOf>[0][number];

function planned(after: object, { address = 'aws_x.y', actions = ['update'] } = {}, waitsFor?: string): Planned {
  const change = { actions, before: { secret: 'one' }, after: { secret: 'two', ...after }, after_unknown: {} };
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

test.each([
  ['another value', planned({ secret: 'three' })],
  ['another resource', planned({}, { address: 'aws_x.z' })],
  ['another action', planned({}, { actions: ['delete', 'create'] })],
  ['another stack to wait for', planned({}, {}, 'Other')],
])('the digest is another one with %s', (_what, other) => {
  expect(digestOf([other])).not.toBe(digestOf([planned({})]));
});
