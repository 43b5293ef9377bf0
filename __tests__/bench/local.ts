// How fast the local services are beside a bare server: calls of the API, logins, and the user pool's own API.
import '../support/temporary-folder';

import { getDiffieHellman } from 'node:crypto';

import { TestServices } from '../support/local-services';
import { runMain } from '../support/main-stacks';
import { OAuthClient } from '../support/oauth-client';
import { startTestServer, stopTestServer } from '../support/test-server-process';
import { tokensIn, UserPoolApi } from '../support/user-pool-api';
import { describeLoads, type Load, load, loadInTurns, startBareServer, type Target } from './load';

const loginSeconds = 2;
const parallelLogins = 4;

const flows = ['ADMIN_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH', 'USER_SRP_AUTH'] as const;

export type LocalBench = Awaited<ReturnType<typeof benchLocal>>;

/** Measures the local services. A login is the whole of it: login page, password, code and tokens. */
export async function benchLocal() {
  const bareServer = await startBareServer();
  await Promise.all([runMain(), startTestServer()]);
  try {
    const services = await new TestServices().serve({
      'aws_cognito_user_pool_client.awesome-app-client': { explicit_auth_flows: flows.map((flow) => `ALLOW_${flow}`) },
    });
    const { demoUser, outputs } = services;
    const client = new OAuthClient(services);
    const { access_token: Authorization } = await client.tokens();
    const api = new UserPoolApi(services);
    const AuthParameters = {
      USERNAME: demoUser.email,
      PASSWORD: demoUser.password,
      SRP_A: getDiffieHellman('modp15').generateKeys('hex'),
    };
    const { AccessToken } = tokensIn(await api.signIn(demoUser.email, demoUser.password));
    const [admin, withPassword, withSrp] = flows.map((AuthFlow) => ({
      ClientId: api.clientId,
      AuthFlow,
      AuthParameters,
    }));

    const loads = await loadInTurns({
      'bare server': { url: bareServer.url },
      'protected GET': { url: outputs.ApiGatewayStack!.ProtectedResourceUrl!, headers: { Authorization } },
      GetUser: api.request('GetUser', { AccessToken }),
      'InitiateAuth, password': api.request('InitiateAuth', withPassword!),
      'InitiateAuth, SRP': api.request('InitiateAuth', withSrp!),
      AdminInitiateAuth: api.adminRequest('AdminInitiateAuth', admin!),
    });
    return {
      ...loads,
      'protected GET, during password checks': await loadDuring(
        { url: outputs.ApiGatewayStack!.ProtectedResourceUrl!, headers: { Authorization } },
        api.request('InitiateAuth', withPassword!),
      ),
      login: { requestsPerSecond: await loginsPerSecond(client) },
    };
  } finally {
    bareServer.stop();
    await stopTestServer();
  }
}

/** Sends a request on 32 connections, while four others send another one. */
async function loadDuring(target: Target, other: Target): Promise<Load> {
  const [result] = await Promise.all([load(target, 32, loginSeconds), load(other, 4, loginSeconds)]);
  return result;
}

async function loginsPerSecond(client: OAuthClient): Promise<number> {
  const start = performance.now();
  const end = start + loginSeconds * 1000;
  let count = 0;
  const logInUntilEnd = async () => {
    while (performance.now() < end) {
      const code = await client.code();
      const { status } = await client.exchange({ code });
      if (status !== 200) {
        throw new Error(`a login ended with ${status}`);
      }
      count++;
    }
  };
  await Promise.all(Array.from({ length: parallelLogins }, logInUntilEnd));
  return (count * 1000) / (performance.now() - start);
}

/** Writes the measurements as lines of a table. */
export function describeLocalBench(bench: LocalBench): string[] {
  return describeLoads(bench, 'bare server');
}
