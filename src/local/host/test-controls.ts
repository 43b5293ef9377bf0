import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import { type Clock } from '../clock';

/** A clock that a test can set ahead. */
export class TestClock {
  private ahead = 0;

  readonly now: Clock = () => Date.now() + this.ahead;

  /** Returns whether the clock could be set ahead: not past the last year that has four digits. */
  advance(seconds: number): boolean {
    if (this.now() + seconds * 1000 > lastTime) {
      return false;
    }
    this.ahead += seconds * 1000;
    return true;
  }
}

const lastTime = Date.UTC(9999, 11, 31);

/** Where the clock is, on the host of the hosted login. */
export const clockPath = '/test-controls/clock';

/** In bytes. */
const largestBody = 1024;

/** What a test can do to the local services. AWS has nothing like it. */
export function createTestControls(clock: TestClock): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: largestBody, onError: (context) => reject(context, 413, 'The body is too large.') }));
  app.post(clockPath, async (context) => {
    // A page of another site cannot send this type: its browser would ask first, and gets no permission here.
    if (context.req.header('Content-Type')?.split(';')[0]!.trim().toLowerCase() !== 'application/json') {
      return reject(context, 415, 'The body must be JSON, with Content-Type: application/json.');
    }
    const body = await context.req.json<unknown>().catch(() => undefined);
    const problem = problemWith(body);
    if (problem !== undefined) {
      return reject(context, 400, problem);
    }
    if (!clock.advance((body as ClockRequest).advanceSeconds)) {
      return reject(context, 400, 'advanceSeconds leads to a time after the year 9999.');
    }
    return context.json({ now: new Date(clock.now()).toISOString() });
  });
  app.all(clockPath, (context) => {
    context.header('Allow', 'POST');
    return reject(context, 405, 'The clock is set with POST.');
  });
  return app;
}

interface ClockRequest {
  readonly advanceSeconds: number;
}

/** Says what is wrong with the body of a request, or nothing when it is right. */
function problemWith(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return 'The body must be a JSON object: {"advanceSeconds": 3600}.';
  }
  const unknown = Object.keys(body).find((name) => name !== 'advanceSeconds');
  if (unknown !== undefined) {
    return `${JSON.stringify(unknown)} is not known; allowed: advanceSeconds.`;
  }
  if (!('advanceSeconds' in body)) {
    return 'advanceSeconds is missing.';
  }
  const { advanceSeconds } = body;
  if (typeof advanceSeconds !== 'number') {
    return 'advanceSeconds is not a number.';
  }
  return advanceSeconds >= 0 ? undefined : 'advanceSeconds is negative: the clock does not go back.';
}

function reject(context: Context, status: 400 | 405 | 413 | 415, message: string): Response {
  return context.json({ message }, status);
}
