import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';

import { check, describeProblem } from '../../rules/check';
import { objectRule } from '../../rules/rule';
import { type Clock } from '../clock';

/** A clock that a test can set ahead. */
export class TestClock {
  private ahead = 0;

  readonly now: Clock = () => Date.now() + this.ahead;

  /** Returns false for a time after the year 9999. */
  advance(seconds: number): boolean {
    if (this.now() + seconds * 1000 > lastTime) {
      return false;
    }
    this.ahead += seconds * 1000;
    return true;
  }

  /** Returns to the time of the machine. */
  reset(): void {
    this.ahead = 0;
  }
}

const lastTime = Date.UTC(9999, 11, 31);

/** Path of the clock on the host of the hosted login. */
export const clockPath = '/test-controls/clock';

/** The request that sets the clock ahead. */
const clockRequest = objectRule({ advanceSeconds: z.number().min(0) });

/** In bytes. */
const largestBody = 1024;

/** Lets tests set the clock. AWS has no such endpoint. */
export function createTestControls(clock: TestClock): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: largestBody, onError: (context) => reject(context, 413, 'The body is too large.') }));
  app.post(clockPath, async (context) => {
    // A page of another site cannot send this type: the preflight of its browser is rejected.
    if (context.req.header('Content-Type')?.split(';')[0]!.trim().toLowerCase() !== 'application/json') {
      return reject(context, 415, 'The body must be JSON, with Content-Type: application/json.');
    }
    const body = await context.req.json<unknown>().catch(() => null);
    const { value, problems } = check(clockRequest, body);
    if (problems.length > 0) {
      return reject(context, 400, `Invalid request body: ${problems.map(describeProblem).join('; ')}.`);
    }
    if (!clock.advance(value.advanceSeconds)) {
      return reject(context, 400, 'advanceSeconds leads to a time after the year 9999.');
    }
    return context.json({ now: new Date(clock.now()).toISOString() });
  });
  app.all(clockPath, (context) => {
    context.header('Allow', 'POST');
    return reject(context, 405, 'Use POST to set the clock.');
  });
  return app;
}

function reject(context: Context, status: 400 | 405 | 413 | 415, message: string): Response {
  return context.json({ message }, status);
}
