import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import { type FlowStep } from '../../../src/flow/flow-step';
import { logCalls, logLogin } from '../../../src/local/host/flow-log';

test('a token request whose body is too large is rejected as without the log, even if it comes in chunks', async () => {
  const steps: FlowStep[] = [];
  const app = new Hono()
    .use(logLogin((step) => steps.push(step)))
    .use(bodyLimit({ maxSize: 10, onError: (context) => context.json({ error: 'invalid_request' }, 413) }))
    .post('/oauth2/token', async (context) => context.text(await context.req.text()));
  const chunks = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('grant_type='.repeat(10)));
      controller.close();
    },
  });
  const response = await app.request('http://localhost/oauth2/token', {
    method: 'POST',
    body: chunks,
    duplex: 'half',
  });

  expect(response.status).toBe(413);
  expect(steps.map(({ line }) => line)).toEqual(['POST http://localhost/oauth2/token', '413']);
});

test('the explanation of a call has its path, with any number of slashes at the start', () => {
  const steps: FlowStep[] = [];
  const log = logCalls((step) => steps.push(step), 'http://localhost:3002');
  const headers = { authorization: 'token' };
  log({ method: 'GET', url: '//prod/x', headers } as never, { statusCode: 200, headers: [], body: '' }, undefined);

  expect(steps[0]!.line).toBe('GET http://localhost:3002//prod/x');
});

test('a call without a token is explained when it is rejected, and not when a public route responds', () => {
  const steps: FlowStep[] = [];
  const log = logCalls((step) => steps.push(step), 'http://localhost:3002');
  const request = { method: 'GET', url: '/prod/x', headers: {} } as never;
  log(request, { statusCode: 200, headers: [], body: '' }, undefined);
  log(request, { statusCode: 401, headers: [], body: '' }, 'no-token');

  expect(steps.map(({ line }) => line)).toEqual(['GET http://localhost:3002/prod/x', '401']);
});
