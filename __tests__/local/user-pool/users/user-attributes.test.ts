import { Mailbox } from '../../../../src/local/user-pool/mailbox';
import { UserAttributes } from '../../../../src/local/user-pool/users/user-attributes';
import { Users } from '../../../../src/local/user-pool/users/users';
import { configurationOf, newUser, noTriggers } from '../../../support/user-pool-parts';

/** The parts of a pool, and a user of it. */
function partsOf(verifiesEmailBeforeUpdate: boolean) {
  const configuration = configurationOf({ verifiesEmailBeforeUpdate });
  const clock = () => 0;
  const mailbox = new Mailbox({ clock });
  const users = new Users({ clock, configuration });
  const user = users.add(newUser('sub', 'old@example.com'));
  const attributes = new UserAttributes({ clock, configuration, mailbox, triggers: noTriggers, users });
  const code = () => /\d{6}/.exec(mailbox.mails[0]!.text)![0];
  return { attributes, code, mailbox, user, users };
}

const change = new Map([
  ['email', 'new@example.com'],
  ['name', 'Ada'],
]);

describe('where a new address has to be verified before the update', () => {
  test('the old address stays until the code of the new one is entered', async () => {
    const { attributes, code, mailbox, user, users } = partsOf(true);
    expect(await attributes.update(user, change, {})).toBe('new@example.com');
    expect(mailbox.mails[0]!.to).toBe('new@example.com');
    expect(Object.fromEntries(user.attributes)).toEqual({
      email: 'old@example.com',
      email_verified: 'true',
      name: 'Ada',
    });
    expect([users.find('old@example.com'), users.find('new@example.com')]).toEqual([user, undefined]);

    attributes.verify(user, 'email', code());
    expect([user.attributes.get('email'), user.attributes.get('email_verified')]).toEqual(['new@example.com', 'true']);
    expect([users.find('old@example.com'), users.find('new@example.com')]).toEqual([undefined, user]);
  });

  test('another code goes to the new address', async () => {
    const { attributes, mailbox, user } = partsOf(true);
    await attributes.update(user, change, {});
    expect(await attributes.requestCode(user, 'email', {})).toBe('new@example.com');
    expect(mailbox.mails.map(({ to }) => to)).toEqual(['new@example.com', 'new@example.com']);
  });

  test('an administrator can set an address that is verified at once', async () => {
    const { attributes, mailbox, user } = partsOf(true);
    await attributes.update(user, new Map([...change, ['email_verified', 'true']]), {});
    expect(user.attributes.get('email')).toBe('new@example.com');
    expect(mailbox.mails).toEqual([]);
  });

  test('an address that another user has by then is rejected', async () => {
    const { attributes, code, user, users } = partsOf(true);
    await attributes.update(user, change, {});
    users.add(newUser('other', 'new@example.com'));
    expect(() => attributes.verify(user, 'email', code())).toThrow('An account with the given email already exists.');
    expect(user.attributes.get('email')).toBe('old@example.com');
  });
});

test('elsewhere, a new address takes its place at once, and is not verified', async () => {
  const { attributes, user, users } = partsOf(false);
  expect(await attributes.update(user, change, {})).toBe('new@example.com');
  expect([user.attributes.get('email_verified'), users.find('new@example.com')]).toEqual(['false', user]);
});

test.each(['True', 'FALSE'])('whether an address is verified can be written %s, as Python does', (value) => {
  const read = partsOf(false).attributes.read([['email_verified', value]]);
  expect(read.get('email_verified')).toBe(value.toLowerCase());
});
