import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from '../support/command';
import { StartedProject } from '../support/started-project';
import { deploy } from '../support/stub-deployment';

const arn = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbC123';
const scopes = ['https://orders.example.com/read'];

describe('npm start with an existing user pool', () => {
  let project: StartedProject;

  beforeAll(async () => {
    project = await StartedProject.begin({
      userPool: { arn },
      routes: {
        'GET /orders': { scopes, response: { body: 'orders' } },
        'GET /admin': { scopes: ['orders/admin'], response: { body: 'admin' } },
      },
    });
  });

  afterAll(() => project.end());

  test('synthesizes the API alone', () => {
    expect(readdirSync(join(project.start.outdir, 'stacks'))).toEqual(['ApiGatewayStack']);
  });

  test('signs in at a user pool of its own, with the scopes that the routes name', async () => {
    const Authorization = await project.accessToken();
    for (const path of ['/orders', '/admin']) {
      expect((await project.get(path, { headers: { Authorization } })).status).toBe(200);
      expect((await project.get(path)).status).toBe(401);
    }
  });

  test('serves a pool of these stacks instead once the settings have one', async () => {
    project.set({
      domainPrefix: 'mine',
      routes: { 'GET /orders': { scopes: ['openid'], response: { body: 'mine' } } },
    });
    await project.start.seen(/The changed stacks are served/);
    expect((await project.get('/admin')).status).toBe(403);
    expect(existsSync(join(project.start.outdir, 'stacks', 'CognitoStack'))).toBe(true);
  });
});

describe('for a deployed API with an existing user pool', () => {
  let file: string;

  beforeAll(async () => {
    const { CognitoUserPoolID, Issuer, ProtectedResourceUrl } = await deploy();
    const outputs = { CognitoUserPoolID, Issuer, ProtectedResourceUrl, Scopes: scopes.join(' ') };
    file = join(mkdtempSync(join(tmpdir(), 'existing-')), 'outputs.json');
    writeFileSync(file, JSON.stringify({ ApiGatewayStack: outputs }));
  });

  test('npm run check checks all but the login, and says so', async () => {
    const check = new Command('check', ['--outputs', file]);
    expect(await check.end()).toBe(0);
    expect(check.stdout).toMatch(/^(✓ .*\n){4}$/);
    expect(check.stderr).toContain('Not checked: Hosted login.');
  });

  test.each(['login', 'web', 'build-web'])(
    '%s says that the outputs do not contain an app client, and names the issuer',
    async (name) => {
      const command = new Command(name, ['--outputs', file]);
      expect(await command.end()).toBe(1);
      expect(command.stdout).toBe('');
      expect(command.stderr).toMatch(
        /^\S+outputs\.json does not contain an app client: the setting userPool\.arn names .* the issuer http:\S+, .* the scopes https:\/\/orders\.example\.com\/read\.\n$/,
      );
    },
  );
});
