import { type Clock } from '../../clock';
import { ExpiringMap } from '../expiring-map';

const hourSeconds = 3600;

/** Limits the attempts per hour and key, such as a user. */
export class AttemptLimit {
  private readonly attempts: ExpiringMap<readonly number[]>;

  constructor(
    private readonly clock: Clock,
    private readonly perHour: number,
  ) {
    this.attempts = new ExpiringMap(clock, hourSeconds);
  }

  /** Counts an attempt, or returns false if there were too many in the last hour. */
  allows(key: string): boolean {
    const now = this.clock();
    const recent = (this.attempts.get(key) ?? []).filter((at) => now - at < hourSeconds * 1000);
    if (recent.length >= this.perHour) {
      return false;
    }
    this.attempts.set(key, [...recent, now]);
    return true;
  }
}
