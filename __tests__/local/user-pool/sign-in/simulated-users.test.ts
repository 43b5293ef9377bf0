import { SimulatedUsers } from '../../../../src/local/user-pool/sign-in/simulated-users';
import { Users } from '../../../../src/local/user-pool/users/users';

const users = new Users({ clock: Date.now, configuration: { caseSensitive: false, signIn: 'email' } });
const simulated = new SimulatedUsers({ users, secret: Buffer.from('secret') });
const names = Array.from({ length: 200 }, (_, index) => `person-${index}@example.com`);

test('user names of unknown users are UUIDs like those of users, in all their variants', () => {
  const subs = names.map((name) => simulated.username(name));
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-([89ab])[0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(new Set(subs).size).toBe(names.length);
  expect(new Set(subs.map((sub) => pattern.exec(sub)![1]))).toEqual(new Set(['8', '9', 'a', 'b']));
});

test('simulated values are the same each time, and for all spellings that the pool treats as one', () => {
  const again = new SimulatedUsers({ users, secret: Buffer.from('secret') });
  expect([again.username('Ada@example.com'), again.salt('Ada@example.com')]).toEqual([
    simulated.username('ada@EXAMPLE.com'),
    simulated.salt('ada@EXAMPLE.com'),
  ]);
});

test('simulated values depend on the secret', () => {
  const other = new SimulatedUsers({ users, secret: Buffer.from('other') });
  const [name, userName] = ['ada@example.com', '6a5f0a52-9b5c-4d67-8a3e-1f6f4f0f7a01'];
  expect(other.username(name)).not.toBe(simulated.username(name));
  expect(other.salt(name)).not.toBe(simulated.salt(name));
  expect([other.email(userName), simulated.email(userName)]).toEqual([
    expect.stringMatching(/^[a-z]@[a-z]$/),
    expect.stringMatching(/^[a-z]@[a-z]$/),
  ]);
});
