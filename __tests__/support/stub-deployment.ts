import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { type FlowOutputs } from '../../src/cli/flow-check';

export interface StubResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const stubServers: Server[] = [];
/** Method and path of each request. */
export const stubCalls: string[] = [];
afterAll(() => {
  stubServers.forEach((server) => server.close());
});

/** Serves what a deployed stack does, but for some responses by method and path. */
export async function deploy(faults: Readonly<Record<string, StubResponse>> = {}): Promise<FlowOutputs> {
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host!}`;
    const call = `${request.method!} ${request.url!.split('?')[0]!}`;
    stubCalls.push(call);
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Content-Type,Authorization' };
    const answers: Readonly<Record<string, StubResponse>> = {
      'GET /us-east-1_Pool/.well-known/openid-configuration': {
        status: 200,
        body: JSON.stringify({ issuer: `${url}/us-east-1_Pool`, jwks_uri: `${url}/jwks.json` }),
      },
      'GET /jwks.json': { status: 200, body: '{"keys":[{},{}]}' },
      'GET /oauth2/authorize': { status: 302, headers: { Location: '/login?client_id=c' } },
      'OPTIONS /prod/awesomeapi': { status: 204, headers: cors },
      'GET /prod/awesomeapi': { status: 401, headers: cors },
      ...faults,
    };
    const { status, headers, body } = answers[call] ?? { status: 403, headers: cors };
    response.writeHead(status, headers).end(body);
  }).listen(0, 'localhost');
  stubServers.push(server);
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    CognitoUserPoolID: 'us-east-1_Pool',
    Issuer: `${url}/us-east-1_Pool`,
    HostedDomainUrl: url,
    HostedLoginUrl: `${url}/oauth2/authorize?client_id=c`,
    ProtectedResourceUrl: `${url}/prod/awesomeapi`,
  };
}
