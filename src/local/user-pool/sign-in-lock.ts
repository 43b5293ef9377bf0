import { type Clock } from '../clock';
import { ExpiringMap } from './expiring-map';

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

const freeAttempts = 5;
const longestSeconds = 15 * 60;

/**
 * Locks an account for a while after wrong passwords: one second after the fifth, and twice as long after each further.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
export class SignInLock {
  /** The failures that still count: after a quarter of an hour without one they are forgotten. */
  private readonly failures: ExpiringMap<Failures>;

  constructor(private readonly clock: Clock) {
    this.failures = new ExpiringMap(clock, longestSeconds);
  }

  isLocked(who: string): boolean {
    const { count, lastAt } = this.failures.get(who) ?? { count: 0, lastAt: 0 };
    const seconds = Math.min(2 ** (count - freeAttempts), longestSeconds);
    return count >= freeAttempts && this.clock() < lastAt + seconds * 1000;
  }

  failed(who: string): void {
    this.failures.set(who, { count: (this.failures.get(who)?.count ?? 0) + 1, lastAt: this.clock() });
  }

  succeeded(who: string): void {
    this.failures.delete(who);
  }
}
