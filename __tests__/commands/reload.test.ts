import { mkdirSync, readFileSync, renameSync, rmSync, rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { StartedProject } from '../support/started-project';

const region = 'eu-central-1';

/** The lines of JSON that were printed since the first one. */
function laterSummaries(project: StartedProject): Record<string, unknown>[] {
  const [, ...lines] = project.start.stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('while npm start runs', () => {
  let project: StartedProject;
  const original: Record<string, string> = {};

  beforeAll(async () => {
    project = await StartedProject.beginCopy({});
    for (const name of ['cdktf.json', 'main.ts', 'src/cognito/cognito-stack.ts']) {
      original[name] = readFileSync(join(project.folder, name), 'utf8');
    }
  });

  afterAll(() => project.end());

  /** Makes a change, waits for a message, and returns what the command has written since the change. */
  async function afterwards(message: RegExp, change: () => void): Promise<string> {
    const before = project.start.stderr.length;
    change();
    for (let tries = 0; !message.test(project.start.stderr.slice(before)); tries++) {
      expect(tries).toBeLessThan(4000);
      await setTimeout(10);
    }
    return project.start.stderr.slice(before);
  }

  test.each<[string, string, string | undefined, RegExp]>([
    ['cdktf.json is half saved', 'cdktf.json', '{ "context": {', /cdktf\.json is not valid JSON: line 1/],
    ['cdktf.json is empty', 'cdktf.json', '', /cdktf\.json is not valid JSON/],
    ['cdktf.json is missing', 'cdktf.json', undefined, /cdktf\.json does not exist/],
    ['main.ts is half saved', 'main.ts', "import { App } from './src", /main\.ts:1:26/],
    ['main.ts is empty', 'main.ts', '', /main\.ts did not write any stacks/],
    ['main.ts is missing', 'main.ts', undefined, /main\.ts/],
    ['a stack is empty', 'src/cognito/cognito-stack.ts', '', /Import "CognitoStack" will always be undefined/],
  ])('%s: what was served stays, and the reason is said without a stack trace', async (_, name, content, reason) => {
    const messages = await afterwards(/still served as they were before this change\.\n/, () => {
      if (content === undefined) {
        rmSync(join(project.folder, name));
      } else {
        project.write({ [name]: content });
      }
    });
    await afterwards(/The mistake is corrected\. The stacks are served as they were\.\n/, () => {
      project.write({ [name]: original[name]! });
    });

    expect(messages).toMatch(reason);
    expect(messages).not.toMatch(/^ +at |node:internal/m);
    expect((await fetch(project.summary.loginUrl)).status).toBe(200);
  });

  test('while a folder is missing, as during a git checkout, one line says so; the next change serves it again', async () => {
    const [src, away] = ['src', '.away'].map((name) => join(project.folder, name)) as [string, string];
    const messages = await afterwards(/run\.mjs does not exist\.\n.*still served/, () => {
      renameSync(src, away);
    });
    await afterwards(/The mistake is corrected\./, () => {
      renameSync(away, src);
    });

    expect(messages).toMatch(/^The web client cannot be built: src\S*: no such file or directory\.$/m);
    expect(messages).not.toMatch(/^ +at |node:internal/m);
  });

  test('reports in one line what it cannot watch or write', async () => {
    const messages = await afterwards(/Some changes of the project are not detected: ELOOP.*\n/, () => {
      symlinkSync('loop', join(project.folder, 'loop'));
    });
    rmSync(join(project.folder, 'loop'));
    const outputs = join(project.start.outdir, 'local-outputs.json');
    rmSync(outputs);
    mkdirSync(outputs);
    const written = await afterwards(/local-outputs\.json cannot be written: .*\n/, () => {
      project.set({ restApi: { name: 'other' } });
    });
    rmdirSync(outputs);

    expect(written).toMatch('illegal operation on a directory. The other commands do not find these services.');
    expect(messages + written).not.toMatch(/^ +at |node:internal/m);
  });

  test('a change of the region keeps the users, and shows the new address of the pool', async () => {
    await afterwards(/The changed stacks are served\.\n/, () => {
      project.set({ region });
    });
    await project.start.seen(new RegExp(`"userPoolId":"${region}_`));

    const token = await project.accessToken();
    const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(header).toMatch('RS256');
    expect(payload).toMatch(`"iss":"https://cognito-idp.${region}.amazonaws.com/${region}_`);
    const { status } = await project.get('/awesomeapi', { headers: { Authorization: token } });
    expect(status).toBe(200);
  });

  test('another sign-in is rejected: on AWS it replaces the user pool', async () => {
    const messages = await afterwards(/still served as they were before this change\.\n/, () => {
      project.set({ region, userPool: { signIn: 'username' } });
    });
    expect(messages).toMatch('username_attributes: a change replaces the user pool with all its users');
    expect((await fetch(project.summary.loginUrl)).status).toBe(200);
    project.set({ region });
  });

  test('another user pool is announced, with its own demo user', async () => {
    const messages = await afterwards(/it has another address in the stacks\.\n/, () => {
      project.write({ 'main.ts': original['main.ts']!.replace('`CognitoStack${', '`LoginStack${') });
    });

    await afterwards(/it has another address in the stacks\.\n/, () => {
      project.write({ 'main.ts': original['main.ts']! });
    });

    expect(messages).toMatch(/The user pool \S+ replaces \S+, whose 1 users are deleted/);
    const [ofRegion, ofOtherPool, ofThirdPool] = laterSummaries(project).map(({ demoUser }) => demoUser);
    expect(ofRegion).toEqual(project.summary.demoUser);
    expect(new Set([ofRegion, ofOtherPool, ofThirdPool].map((user) => JSON.stringify(user))).size).toBe(3);
  });

  test('files named like outputs, and folders named like those of builds, are sources below the project’s folder', async () => {
    project.write({
      'src/handlers/outputs.ts': "export const handler = async () => ({ statusCode: 200, body: 'one' });",
      'src/dist/orders.ts': "export const handler = async () => ({ statusCode: 200, body: 'one' });",
    });
    await afterwards(/The changed stacks are served\.\n/, () => {
      project.set({
        routes: {
          'GET /outputs': { public: true, lambda: 'src/handlers/outputs.ts' },
          'GET /orders': { public: true, lambda: 'src/dist/orders.ts' },
        },
      });
    });
    for (const [path, file] of [
      ['/outputs', 'src/handlers/outputs.ts'],
      ['/orders', 'src/dist/orders.ts'],
    ] as const) {
      await afterwards(/The changed stacks are served\.\n/, () => {
        project.write({ [file]: "export const handler = async () => ({ statusCode: 200, body: 'two' });" });
      });
      expect(await (await project.get(path)).text()).toBe('two');
    }
  });

  test('the web client is built again when its sources change', async () => {
    const style = readFileSync(join(project.folder, 'src/http/style.css'), 'utf8');
    await afterwards(/The changed web client is served\.\n/, () => {
      project.write({ 'src/http/style.css': `${style}\n.of-this-test { color: red }` });
    });

    const page = await (await fetch(project.summary.webUrl)).text();
    const [, sheet] = /href="([^"]+\.css)"/.exec(page)!;
    expect(await (await fetch(new URL(sheet!, project.summary.webUrl))).text()).toContain('of-this-test');
  });
});
