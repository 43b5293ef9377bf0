import { type Clock } from '../clock';

/** Allows so many attempts in an hour, to each who attempts. */
export class AttemptLimit {
  private readonly attempts = new Map<string, number[]>();

  constructor(
    private readonly clock: Clock,
    private readonly perHour: number,
  ) {}

  /** Counts an attempt, unless there were too many in the last hour. */
  allows(who: string): boolean {
    const now = this.clock();
    const recent = (this.attempts.get(who) ?? []).filter((at) => now - at < 3_600_000);
    const allowed = recent.length < this.perHour;
    this.attempts.set(who, allowed ? [...recent, now] : recent);
    return allowed;
  }
}
