import { createHmac } from 'node:crypto';

import { type Users } from '../users/users';

interface SimulatedUsersProps {
  readonly users: Users;
  /** Without it, no client can compute the simulated values of a name. */
  readonly secret: Buffer;
}

/**
 * Values for users who do not exist, where a client must not know that. They have the form of real values, and are the
 * same each time.
 */
export class SimulatedUsers {
  constructor(private readonly props: SimulatedUsersProps) {}

  /** The user name of a user with this name: the name, or a UUID of version 4, as {@link User.sub} is. */
  username(username: string): string {
    if (!this.props.users.signsInWithEmail) {
      return username;
    }
    const bytes = this.bytes('sub', username);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  /** Salt of a password. */
  salt(username: string): string {
    return this.bytes('salt', username).toString('hex');
  }

  /** The address of a user with this name: the name, or of the user whose user name it could be. */
  email(username: string): string {
    const [one, other] = this.bytes('email', username);
    return this.props.users.signsInWithEmail && username.includes('@')
      ? username
      : [one!, other!].map((byte) => String.fromCharCode(97 + (byte % 26))).join('@');
  }

  private bytes(purpose: string, username: string): Buffer {
    return createHmac('sha256', this.props.secret)
      .update(`${purpose}:${this.props.users.keyOf(username)}`)
      .digest()
      .subarray(0, 16);
  }
}
