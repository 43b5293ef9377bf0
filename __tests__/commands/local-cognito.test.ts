import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { strToU8, zipSync } from 'fflate';

import { installLocalCognito } from '../support/local-cognito';
import { mainOutdir } from '../support/main-stacks';
import { readOtherProject } from '../support/other-project';
import { accessToken, type Summary } from '../support/started-project';

const load = createRequire(__filename);

/** A folder of another project, in which the package is installed. */
const folder = installLocalCognito();
const stacks = mainOutdir();
write('plan.json', JSON.stringify(readOtherProject('plan.json')));
write('state.json', JSON.stringify(readOtherProject('state.json')));
write(
  'function.zip',
  zipSync({ 'index.js': strToU8('exports.handler = async (event) => ({ statusCode: 200, body: event.path });') }),
);

/** Runs a program of the other project. Returns what it prints. */
function run(...args: string[]): { readonly status: number | null; readonly output: string } {
  const env = { ...process.env, STACKS: stacks, NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
  return { status, output: stdout + stderr };
}

function write(file: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, file), content);
  return file;
}

const program = join('node_modules', 'local-cognito', 'dist', 'local-cognito.js');

const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill()));

/** Starts the program on free ports. */
async function start(...options: string[]) {
  const ports = ['login', 'api', 'user-pool-api'].flatMap((service) => [`--${service}-port`, '0']);
  const child = spawn(process.execPath, [program, '--json', ...ports, ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    summary: JSON.parse(line) as Summary,
    /** Stops it, and returns the exit code. */
    end: async () => {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

describe('the package local-cognito', () => {
  test('brings no other package, no script that its installation runs, and the licenses of what it contains', () => {
    const installed = join(folder, 'node_modules');
    expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual(['local-cognito']);
    const { scripts, dependencies } = JSON.parse(
      readFileSync(join(installed, 'local-cognito', 'package.json'), 'utf8'),
    ) as Record<string, object>;
    expect([Object.keys(scripts!), dependencies]).toEqual([['prepack'], undefined]);
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40 * 1024 * 1024);
    expect(readFileSync(join(installed, 'local-cognito', 'dist', 'LICENSE'), 'utf8')).toMatch(
      /^MIT License[^]*\nhono 4[^]*\nzod 4/,
    );
  });

  test.each([
    ['synthesized stacks', ['--stacks', stacks], { statusCode: 200, message: 'Hello From Protected Resource' }],
    ['a plan', ['--plan', 'plan.json'], ['Dune']],
    ['a state', ['--state', 'state.json'], ['Dune']],
  ])('serves %s: a person signs in, and the API takes the access token', async (_kind, options, body) => {
    const { summary, end } = await start(...options);
    const headers = { Authorization: await accessToken(summary) };

    const response = await fetch(summary.protectedResourceUrl, { headers });

    expect(await response.json()).toEqual(body);
    expect(summary.webUrl).toBeUndefined();
    expect(await end()).toBe(0);
  });

  test('runs the functions of a state', async () => {
    const { summary } = await start('--state', 'state.json');
    const headers = { Authorization: await accessToken(summary) };
    const response = await fetch(`${summary.apiUrl}/books/1?edition=2`, { method: 'PUT', headers });
    expect(await response.text()).toBe('/books/1');
  });

  test('listens on all addresses in a container, and still takes requests for localhost only', async () => {
    const [, options] = /^ENTRYPOINT \["local-cognito", (.*)\]$/m.exec(readFileSync('src/local/Dockerfile', 'utf8'))!;
    const { summary } = await start('--stacks', stacks, ...(JSON.parse(`[${options!}]`) as string[]));
    const { port } = new URL(summary.protectedResourceUrl);
    const call = async (host: string) => {
      // As through a published port: from another address than those of localhost.
      const request = get({ host: '127.0.0.2', port, path: '/prod/awesomeapi', headers: { host } });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect([await call(`localhost:${port}`), await call('example.com')]).toEqual([401, 421]);
  });

  test.each([
    [[], /^What to serve is missing: give --plan or --state or --stacks\. --help shows all options\.\n$/],
    [['--stacks', 'nowhere'], /^nowhere has no synthesized stacks that can be read: no such file or directory\. .*\n$/],
  ])('rejects the options %j in one line', (options, message) => {
    const { status, output } = run(program, ...options);
    expect(output).toMatch(message);
    expect(status).toBe(1);
  });

  test('starts several services in one process, which begin again with their first users, and end', () => {
    const script = write(
      'services.mjs',
      `
        import assert from 'node:assert/strict';
        import { startLocalServices } from 'local-cognito';

        const mails = [];
        const seed = [{ attributes: { email: 'anna@example.com' }, password: 'Correct-horse-1' }];
        const [one, other, third] = await Promise.all([
          startLocalServices({ stacks: process.env.STACKS, seed, onMail: ({ to }) => mails.push(to) }),
          startLocalServices({ stacks: [process.env.STACKS], issuer: 'local' }),
          startLocalServices({ plan: 'plan.json', only: 'login' }),
        ]);
        const call = async ({ userPoolApiUrl }, operation, input) => {
          const response = await fetch(userPoolApiUrl, {
            method: 'POST',
            headers: {
              Authorization: 'AWS4-HMAC-SHA256 Credential=any, SignedHeaders=any, Signature=any',
              'Content-Type': 'application/x-amz-json-1.1',
              'X-Amz-Target': 'AWSCognitoIdentityProviderService.' + operation,
            },
            body: JSON.stringify(input),
          });
          return response.json();
        };
        const emails = async (services) => {
          const { Users } = await call(services, 'ListUsers', { UserPoolId: services.userPoolId });
          return Users.flatMap(({ Attributes }) => Attributes.filter(({ Name }) => Name === 'email'))
            .map(({ Value }) => Value)
            .sort();
        };
        const tokens = async ({ clientId, demoUser }) => {
          const AuthParameters = { USERNAME: demoUser.email, PASSWORD: demoUser.password };
          const input = { ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
          return (await call(other, 'InitiateAuth', input)).AuthenticationResult;
        };
        const user = ({ AccessToken }) => call(other, 'GetUser', { AccessToken });

        const input = { ClientId: one.clientId, Username: 'new@example.com', Password: 'Correct-horse-1' };
        await call(one, 'SignUp', input);
        assert.deepEqual(mails, ['new@example.com']);
        assert.deepEqual(await emails(one), ['anna@example.com', 'new@example.com']);
        assert.deepEqual(await emails(other), ['demo@example.com']);
        const before = await tokens(other);
        assert.ok((await user(before)).Username);
        assert.equal(one.outputs.ApiGatewayStack.ProtectedResourceUrl, one.protectedResourceUrl);

        await Promise.all([one.reset(), other.reset()]);

        assert.deepEqual(await emails(one), ['anna@example.com']);
        assert.doesNotMatch(await (await fetch(one.mailboxUrl)).text(), /new@example/);
        assert.equal((await user(before)).__type, 'UserNotFoundException');
        const after = await tokens(other);
        assert.ok((await user(after)).Username);
        other.advanceClock(3600);
        assert.equal((await user(after)).message, 'Access Token has expired');
        await other.reset();
        assert.ok((await user(await tokens(other))).Username);

        assert.equal(third.apiUrl, undefined);
        const [{ name, jwksUrl }] = third.userPools;
        assert.deepEqual([name, (await fetch(jwksUrl)).status], ['library', 200]);

        await Promise.all([one.stop(), other.stop(), third.stop()]);

        await assert.rejects(fetch(one.mailboxUrl));
        console.log('ended');
      `,
    );
    expect(run(script)).toEqual({ status: 0, output: 'ended\n' });
  });

  test('starts in node:test as the page about tests shows it', () => {
    const [, code] = /## With the package.*?```js\n(.*?)```/s.exec(readFileSync('src/local/TESTING.md', 'utf8'))!;
    const { status, output } = run('--test', write('api.test.mjs', code!));
    expect(output).toMatch(/(?:#|ℹ) pass 1\n/);
    expect(status).toBe(0);
  });

  test('is loaded by jest, which does not load packages that are ES modules only', () => {
    const file = write(
      'jest.test.js',
      `
        const { startLocalServices } = require('local-cognito');
        let services;
        beforeAll(async () => {
          services = await startLocalServices({ stacks: process.env.STACKS });
        });
        afterAll(() => services.stop());
        test('the API asks for a token', async () => {
          expect((await fetch(services.protectedResourceUrl)).status).toBe(401);
        });
      `,
    );
    const { status, output } = run(load.resolve('jest/bin/jest'), '--rootDir', folder, '--detectOpenHandles', file);
    expect(output).toMatch(/Tests: +1 passed/);
    expect(output).not.toContain('open handle');
    expect(status).toBe(0);
  });

  test('says what is wrong with the options of the API, all at once', () => {
    const script = write(
      'wrong.cjs',
      `
        const { startLocalServices } = require('local-cognito');
        startLocalServices({ stakcs: 'cdktf.out', ports: { login: 70_000 } }).catch(({ message }) => console.log(message));
      `,
    );
    expect(run(script).output).toMatch(
      /^ports\.login: must be at most 65535, got 70000\nstakcs: unknown name \(did you mean "stacks"\?\).*\n$/,
    );
  });

  test('has types that hold in ES modules and CommonJS, and refer to no other package', () => {
    const source = `
      import { type LocalServices, startLocalServices } from 'local-cognito';
      export async function start(): Promise<readonly string[]> {
        const services: LocalServices = await startLocalServices({ stacks: 'cdktf.out', ports: { login: 3001 } });
        // @ts-expect-error unknown option
        await startLocalServices({ stakcs: 'cdktf.out' });
        const password: string | undefined = services.demoUser?.password;
        await services.reset();
        await services.stop();
        return [password ?? '', ...services.routes.map(({ url }) => url)];
      }
    `;
    const files = [write('consumer.mts', source), write('consumer.cts', source)];
    const options = '--noEmit --strict --module nodenext --target es2023 --lib es2023'.split(' ');
    expect(run(load.resolve('typescript/bin/tsc'), ...options, ...files)).toEqual({ status: 0, output: '' });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
});
