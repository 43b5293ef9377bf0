import { type Clock } from '../clock';
import { type Throttling } from './model';

/**
 * The token bucket of a method: each call takes a token, and a call without one is rejected.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly throttling: Throttling,
    private readonly now: Clock,
  ) {
    this.tokens = throttling.burstLimit;
    this.filledAt = now();
  }

  /** Takes a token. Returns false if the bucket is empty. */
  take(): boolean {
    const { rateLimit, burstLimit } = this.throttling;
    if (rateLimit < 0 || burstLimit < 0) {
      return true;
    }
    const time = this.now();
    // A clock that is set back does not take tokens away.
    const seconds = Math.max(0, time - this.filledAt) / 1000;
    this.tokens = Math.min(burstLimit, this.tokens + seconds * rateLimit);
    this.filledAt = time;
    if (this.tokens < 1) {
      return false;
    }
    this.tokens--;
    return true;
  }
}
