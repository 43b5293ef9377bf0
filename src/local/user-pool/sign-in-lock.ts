import { type Clock } from '../clock';

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

const freeAttempts = 5;
const longestMs = 15 * 60_000;

/**
 * Locks an account for a while after wrong passwords: one second after the fifth, and twice as long after each further.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
export class SignInLock {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  isLocked(who: string): boolean {
    const { count, lastAt } = this.recent(who);
    return count >= freeAttempts && this.clock() < lastAt + Math.min(1000 * 2 ** (count - freeAttempts), longestMs);
  }

  failed(who: string): void {
    this.failures.set(who, { count: this.recent(who).count + 1, lastAt: this.clock() });
  }

  succeeded(who: string): void {
    this.failures.delete(who);
  }

  /** The failures that still count: after a quarter of an hour without one they are forgotten. */
  private recent(who: string): Failures {
    const found = this.failures.get(who);
    return found && this.clock() - found.lastAt < longestMs ? found : { count: 0, lastAt: 0 };
  }
}
