import { type ApiRequest, IncomingCall } from '../../src/local/rest-api/call';
import { type Resource } from '../../src/local/rest-api/model';
import { findMethod } from '../../src/local/rest-api/routing';

const integration = { type: 'MOCK', requestTemplates: {}, passthroughBehavior: 'NEVER', responses: [] } as const;

/** Makes a resource with the methods `ANY` for these parts of a path, each below the root. */
function rootOf(pathParts: readonly string[]): Resource {
  const methods = new Map([['ANY', { integration }]]);
  return {
    ...{ id: 'root', path: '/', pathPart: '', methods: new Map() },
    children: pathParts.map((pathPart) => ({ id: pathPart, path: `/${pathPart}`, pathPart, children: [], methods })),
  };
}

/** Makes a call as the REST API does of a request, on its way to an integration. */
export function incomingCall(
  url: string,
  {
    headers = {},
    pathParts = ['{proxy+}'],
    body = '',
  }: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly pathParts?: readonly string[];
    readonly body?: string;
  } = {},
): IncomingCall {
  const request: ApiRequest = {
    ...{ method: 'GET', url, httpVersion: '1.1', socket: { remoteAddress: '127.0.0.1', localPort: 3002 } },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    rawHeaders: Object.entries(headers).flat(),
  };
  const stage = {
    ...{ name: 'stage', apiId: 'api', accountId: '123456789012', domainName: 'api.example.com' },
    ...{ variables: {}, binaryMediaTypes: [] },
  };
  const call = new IncomingCall(request, stage, { requestId: 'id', extendedRequestId: 'extended', time: 0 });
  call.bytes = Buffer.from(body);
  call.route = findMethod(rootOf(pathParts), 'GET', call.pathParts);
  return call;
}
