import { randomInt } from 'node:crypto';

import { type Clock } from '../clock';
import { AttemptLimit } from './attempt-limit';
import { ExpiringMap } from './expiring-map';
import { equalSecrets } from './secrets';
import { UserPoolError } from './user-pool-error';

/**
 * The limits of the codes that verify an address.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html
 */
export const addressCodeLimits = { lifetimeSeconds: 24 * 3600, requestsPerHour: 5, triesPerHour: 15 };

/** The codes that a user pool has mailed for one purpose. Only the last one to a user works. */
export class VerificationCodes {
  private readonly sent: ExpiringMap<string>;
  private readonly requests: AttemptLimit;
  private readonly tries: AttemptLimit;

  constructor(
    clock: Clock,
    limits: {
      readonly lifetimeSeconds: number;
      readonly requestsPerHour: number;
      readonly triesPerHour: number;
    },
  ) {
    this.sent = new ExpiringMap(clock, limits.lifetimeSeconds);
    this.requests = new AttemptLimit(clock, limits.requestsPerHour);
    this.tries = new AttemptLimit(clock, limits.triesPerHour);
  }

  /** @throws {UserPoolError} when there were too many requests */
  countRequest(key: string): void {
    assertAllowed(this.requests, key);
  }

  /** @throws {UserPoolError} when there were too many tries */
  countTry(key: string): void {
    assertAllowed(this.tries, key);
  }

  /** Makes a code for a user. */
  create(sub: string): string {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    this.sent.set(sub, code);
    return code;
  }

  /** @throws {UserPoolError} when the code is not the last one of this user */
  take(sub: string, given: string): void {
    const sent = this.sent.get(sub);
    if (sent === undefined) {
      throw new UserPoolError('ExpiredCodeException');
    }
    if (!equalSecrets(sent, given)) {
      throw new UserPoolError('CodeMismatchException');
    }
    this.sent.delete(sub);
  }

  delete(sub: string): void {
    this.sent.delete(sub);
  }
}

function assertAllowed(limit: AttemptLimit, key: string): void {
  if (!limit.allows(key)) {
    throw new UserPoolError('LimitExceededException');
  }
}
