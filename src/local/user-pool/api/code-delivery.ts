import { createHash } from 'node:crypto';

import { type UserPool } from '../user-pool';
import { emailOf } from '../users';

/**
 * Says where a code was sent, with the address masked.
 *
 * For a name that nobody has, the answer has the same form, so that it does not reveal whether the user exists.
 */
export function codeDelivery(pool: UserPool, username: string) {
  const user = pool.users.find(username);
  const address = user ? emailOf(user) : username.includes('@') ? username : simulatedAddress(username);
  return { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: masked(address) } as const;
}

/** `demo@example.com` becomes `d***@e***`. */
function masked(address: string): string {
  return address
    .split('@')
    .map((part) => `${part.slice(0, 1)}***`)
    .join('@');
}

function simulatedAddress(username: string): string {
  const [one, other] = createHash('sha256').update(username).digest();
  return [one!, other!].map((byte) => String.fromCharCode(97 + (byte % 26))).join('@');
}
