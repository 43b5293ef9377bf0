import { type UserPool } from '../user-pool';
import { emailOf } from '../users/users';

/** Says that a code was sent to an address, which is masked. */
export function codeDelivery(address: string) {
  return { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: masked(address) } as const;
}

/**
 * Says where the code of a user was sent.
 *
 * For an unknown name, the response has the same form, so that it does not reveal whether the user exists.
 */
export function codeDeliveryFor({ simulatedUsers, users }: UserPool, username: string) {
  const user = users.find(username);
  // In the form in which names are compared, so that the case of the registered address is not revealed.
  return codeDelivery(users.keyOf((user && emailOf(user)) ?? simulatedUsers.email(username)));
}

/** `demo@example.com` becomes `d***@e***`. */
function masked(address: string): string {
  return address
    .split('@')
    .map((part) => `${part.slice(0, 1)}***`)
    .join('@');
}
