import { type Clock } from '../../clock';
import { ExpiringMap } from '../expiring-map';

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

const freeAttempts = 5;
const longestSeconds = 15 * 60;

/**
 * Locks an account after wrong passwords: for one second after the fifth, and twice as long after each further one.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
export class SignInLock {
  /** Failures by account. They expire 15 minutes after the last one. */
  private readonly failures: ExpiringMap<Failures>;

  constructor(private readonly clock: Clock) {
    this.failures = new ExpiringMap(clock, longestSeconds);
  }

  isLocked(key: string): boolean {
    const { count, lastAt } = this.failures.get(key) ?? { count: 0, lastAt: 0 };
    const seconds = Math.min(2 ** (count - freeAttempts), longestSeconds);
    return count >= freeAttempts && this.clock() < lastAt + seconds * 1000;
  }

  failed(key: string): void {
    this.failures.set(key, { count: (this.failures.get(key)?.count ?? 0) + 1, lastAt: this.clock() });
  }

  succeeded(key: string): void {
    this.failures.delete(key);
  }
}
