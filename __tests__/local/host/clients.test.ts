import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { apiScope } from '../../support/oauth-client';
import { TestServices } from '../../support/local-services';
import { onTestServer } from '../../support/test-server-process';

const localServices = new TestServices();

const email = 'demo@example.com';
const api = { statusCode: 200, message: 'Hello From Protected Resource' };

describe('the flow works, unchanged, with', () => {
  test('openid-client, on the local issuer', async () => {
    const services = await localServices.serve({}, { issuer: 'local' });
    expect(await onTestServer('runClient', 'openid-client', services)).toEqual({
      email,
      api,
      refreshed: 'bearer',
      afterRevocation: 'invalid_grant',
    });
  });

  test('oidc-client-ts', async () => {
    expect(await onTestServer('runClient', 'oidc-client-ts', await localServices.serve())).toEqual({
      email,
      api,
      state: { page: '/dashboard' },
      afterRevocation: 'invalid_grant',
    });
  });

  test('aws-jwt-verify, which checks the tokens as an API of its own would', async () => {
    const { scope, ...others } = (await onTestServer('runClient', 'aws-jwt-verify', await localServices.serve())) as {
      scope: string;
    };
    expect(scope.split(' ')).toContain(apiScope);
    expect(others).toEqual({ email, rejected: ['rejected', 'rejected'] });
  });
});

test('the chapter names the clients that the tests run, in the versions that they have', () => {
  const support = join('__tests__', 'support');
  const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8');
  const packageJson = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const ofNode = Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies }).filter(([name]) =>
    readdirSync(join(support, 'clients')).some(
      (file) => file.endsWith('.ts') && new RegExp(`['\`]${name}['/$]`).test(read(support, 'clients', file)),
    ),
  );
  const ofPython = [
    ...read(support, 'local-aws.requirements.txt').matchAll(/^(Authlib|awscli|boto3|pycognito)==(.*)$/gm),
  ];
  const ofGo = [...read(support, 'clients', 'go', 'go.mod').matchAll(/^\t(\S+) v(\S+)$/gm)];
  const tested = [...ofNode, ...[...ofPython, ...ofGo].map(([, name, version]) => [name, version])];
  const [, chapter] = /^# Clients\n(.*?)^## /ms.exec(read('src', 'local', 'CLIENTS.md'))!;
  const named = [...chapter!.matchAll(/`([^` ]+)` (\d+\.\d+\.\d+)/g)].map(([, name, version]) => [name, version]);
  expect(named.sort()).toEqual(tested.sort());
});
