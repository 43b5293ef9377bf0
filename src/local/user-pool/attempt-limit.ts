import { type Clock } from '../clock';
import { ExpiringMap } from './expiring-map';

const hourSeconds = 3600;

/** Allows so many attempts in an hour, to each who attempts. */
export class AttemptLimit {
  private readonly attempts: ExpiringMap<readonly number[]>;

  constructor(
    private readonly clock: Clock,
    private readonly perHour: number,
  ) {
    this.attempts = new ExpiringMap(clock, hourSeconds);
  }

  /** Counts an attempt, unless there were too many in the last hour. */
  allows(who: string): boolean {
    const now = this.clock();
    const recent = (this.attempts.get(who) ?? []).filter((at) => now - at < hourSeconds * 1000);
    if (recent.length >= this.perHour) {
      return false;
    }
    this.attempts.set(who, [...recent, now]);
    return true;
  }
}
