import { LambdaIntegration } from '../../../../src/local/rest-api/integrations/lambda-integration';
import { proxyEvent } from '../../../../src/local/rest-api/integrations/proxy-event';
import { type ApiResponse } from '../../../../src/local/rest-api/responses/api-response';
import { incomingCall } from '../../../support/incoming-call';
import responses from '../recorded/lambda-responses.json';
import events from '../recorded/proxy-event-paths.json';

async function respond(returned: unknown, reports: string[] = []): Promise<ApiResponse> {
  const target = { configuration: { functionName: 'f' }, invoke: () => Promise.resolve(JSON.stringify(returned)) };
  const integration = new LambdaIntegration(1000, target, (message) => reports.push(message));
  return integration.respond(incomingCall('/stage/x'));
}

/** Joins the headers of a response by name, as the client of the recordings does. */
function joined({ headers }: ApiResponse): Record<string, string> {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      headers
        .filter(([other]) => other.toLowerCase() === name)
        .map(([, value]) => value)
        .join(', '),
    ]),
  );
}

interface Recording {
  readonly function_returns?: unknown;
  readonly function_throws?: boolean;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const recordings: readonly Recording[] = responses;

test.each(recordings.filter(({ function_throws, status }) => function_throws !== true && status !== 502))(
  'a function responds as API Gateway was recorded to: $function_returns',
  async (recording) => {
    const response = await respond(recording.function_returns);
    const { 'content-length': length, ...headers } = recording.headers ?? {};

    expect(response).toMatchObject({ statusCode: recording.status, body: recording.body });
    expect(joined(response)).toMatchObject(headers);
    expect(length === undefined || Number(length) === Buffer.byteLength(response.body)).toBe(true);
  },
);

test.each([
  ...recordings.filter(({ function_returns, status }) => function_returns !== undefined && status === 502),
  // Such a status would leave the client without a response.
  { function_returns: { statusCode: 101 } },
  // HTTP cannot carry these.
  { function_returns: { headers: { 'x a': 'v' } } },
  { function_returns: { headers: { 'x-a': 'v\r\nSet-Cookie: a=b' } } },
  { function_returns: { multiValueHeaders: { 'x-a': ['v', '€'] } } },
])('what is not a response is a 502, and its owner is told why: $function_returns', async ({ function_returns }) => {
  const reports: string[] = [];

  await expect(respond(function_returns, reports)).rejects.toMatchObject({ type: 'DEFAULT_5XX' });
  expect(reports).toEqual([expect.stringMatching(/^id f: Malformed Lambda proxy response: /)]);
});

test('both values of a header are sent if headers and multiValueHeaders have it, except for the Content-Type', async () => {
  const { headers } = await respond({
    headers: { 'Set-Cookie': 'c=3', 'content-type': 'text/plain' },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'Content-Type': ['text/html'] },
  });

  expect(headers.slice(0, -1)).toEqual([
    ['Content-Type', 'text/html'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['Set-Cookie', 'c=3'],
  ]);
});

const queries: Readonly<Record<string, string>> = {
  'invocation-payload-without-trailing-slash-and-query-params': '?urlparam=test',
  'invocation-payload-with-trailing-slash-and-query-params': '?urlparam=test',
  'invocation-payload-with-params-encoding':
    '?dateTimeOffset=2023-06-12T18:05:10.123456+00:00&email=test%2Balias@gmail.com&plus=test+alias@gmail.com&url=https://www.google.com/&whitespace=foo bar&zhash=abort/'.replace(
      ' ',
      '%20',
    ),
  'invocation-payload-with-params-encoding-multi': '?category=electronics&category=books&price=10&price=20&price=30',
};

test.each(events)('the event has the paths and the query that were recorded: $case', (recorded) => {
  const slash = recorded.case === 'invocation-payload-with-prepended-slash-to-stage' ? '/' : '';
  const url = `${slash}${recorded['requestContext.path']}${queries[recorded.case] ?? ''}`;
  const event = proxyEvent(incomingCall(url, { pathParts: ['hardcoded', '{proxy+}'] })) as {
    readonly pathParameters: { readonly proxy: string } | null;
    readonly requestContext: { readonly path: string };
  };

  expect(event).toMatchObject({
    resource: recorded.resource,
    path: recorded.path,
    queryStringParameters: recorded.queryStringParameters,
    multiValueQueryStringParameters: recorded.multiValueQueryStringParameters,
  });
  expect(event.pathParameters?.proxy ?? null).toBe(recorded.proxy);
  expect(event.requestContext.path).toBe(recorded['requestContext.path']);
});

test('names of Object.prototype are names like any other, in the query, the headers and the path', () => {
  const call = incomingCall('/stage/x?constructor=1&__proto__=2&toString=3&toString=4', {
    headers: { constructor: 'a', __proto__: 'b', hasOwnProperty: 'c' },
    pathParts: ['{constructor}'],
  });

  expect(JSON.parse(JSON.stringify(proxyEvent(call)))).toMatchObject({
    multiValueQueryStringParameters: { constructor: ['1'], toString: ['3', '4'] },
    multiValueHeaders: { constructor: ['a'], hasOwnProperty: ['c'] },
    pathParameters: { constructor: 'x' },
  });
});

test('an integration does not get the headers that API Gateway was recorded to keep', () => {
  const kept = ['Connection', 'Content-MD5', 'Expect', 'Max-Forwards', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade'];
  const headers = Object.fromEntries([...kept, 'X-Own'].map((name) => [name, 'x']));
  const event = proxyEvent(incomingCall('/stage/x', { headers })) as { readonly headers: object };

  expect(Object.keys(event.headers).filter((name) => !/^x-(?:amzn|forwarded)/i.test(name))).toEqual(['X-Own']);
});
