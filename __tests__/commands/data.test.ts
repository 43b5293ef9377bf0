import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Browser } from '../support/browser';
import { anyPort, Command } from '../support/command';
import { type Services } from '../support/local-services';
import { UserPoolApi } from '../support/user-pool-api';

const password = 'Correct-horse-1';

function newFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'data-')), 'kept');
}

function start(folder: string, ...options: string[]): Command {
  const running = new Command('start', ['--data', folder, ...anyPort, ...options]);
  started.push(running);
  return running;
}

const started: Command[] = [];

afterEach(() => Promise.all(started.splice(0).map((running) => running.kill())));

interface Ready {
  readonly loginUrl: string;
  readonly userPoolApiUrl: string;
  readonly userPoolId: string;
  readonly clientId: string;
}

/** Waits for the line of --json. */
async function ready(running: Command): Promise<Ready> {
  await running.seen(/\n/);
  return JSON.parse(running.stdout) as Ready;
}

function apiOf({ userPoolApiUrl, userPoolId, clientId }: Ready): UserPoolApi {
  return new UserPoolApi({ userPoolApiUrl, userPoolId, client: { id: clientId } } as Services);
}

describe('npm start --data', () => {
  test('loses nothing that a response has confirmed when it is killed, and locks its folder until then', async () => {
    const folder = newFolder();
    const seed = join(mkdtempSync(join(tmpdir(), 'seed-')), 'users.json');
    writeFileSync(seed, JSON.stringify([{ attributes: { email: 'anna@example.com' }, password }]));
    const running = start(folder, '--seed', seed, '--json');
    const summary = await ready(running);

    const second = start(folder, '--json');
    expect([await second.end(), second.stdout, second.stderr]).toEqual([
      1,
      '',
      `The folder ${folder} cannot be used: another npm start uses it (process ${running.pid}).\n`,
    ]);

    const answered: string[] = [];
    let count = 0;
    const signUpUntilTheEnd = async () => {
      for (;;) {
        const email = `${++count}@example.com`;
        expect((await apiOf(summary).forUser('SignUp', email, { Password: password })).status).toBe(200);
        if (answered.push(email) === 50) {
          await running.kill();
        }
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: 8 }, signUpUntilTheEnd));
    for (const end of ends) {
      const reason = expect.objectContaining({
        code: expect.stringMatching(/^(?:ECONNRESET|ECONNREFUSED|EPIPE)$/) as string,
      }) as Error;
      expect(end).toEqual({ status: 'rejected', reason });
    }

    writeFileSync(seed, JSON.stringify([{ attributes: { email: 'other@example.com' }, password }]));
    const next = start(folder, '--seed', seed);
    await next.seen(/Press Ctrl-C to stop\. Emails are then deleted\. Users and their tokens are kept\.\n/);
    expect(next.stdout).toContain(`, kept in ${folder}\n`);
    expect(next.stdout).toContain('\nas a user of an earlier start, since the seed is for a new user pool\n');
    const [, userPoolApiUrl] = /User pool API +(\S+)/.exec(next.stdout)!;
    const api = apiOf({ ...summary, userPoolApiUrl: userPoolApiUrl! });
    const statusOf = async (Username: string) => (await api.admin('AdminGetUser', { Username })).body.UserStatus;
    expect(await Promise.all(['anna@example.com', 'other@example.com'].map(statusOf))).toEqual([
      'CONFIRMED',
      undefined,
    ]);
    expect(await Promise.all(answered.map(statusOf))).toEqual(answered.map(() => 'UNCONFIRMED'));
    expect(await next.interrupt()).toBe(0);
  });

  test('responds with 500 as long as it cannot write, and then writes as soon as it can', async () => {
    const folder = newFolder();
    const running = start(folder, '--json');
    const summary = await ready(running);
    const api = apiOf(summary);
    const file = join(folder, `${summary.userPoolId}.jsonl`);
    const before = readFileSync(file, 'utf8');
    const signUp = (email: string) => api.forUser('SignUp', email, { Password: password });
    const internalError = { status: 500, body: { __type: 'InternalErrorException', message: 'Internal error' } };

    // A disk without space, as far as this file is concerned.
    renameSync(file, `${folder}-file`);
    for (const path of [file, `${file}.new`]) {
      symlinkSync('/dev/full', path);
    }
    expect(await signUp('anna@example.com')).toMatchObject(internalError);
    const browser = new Browser();
    const login = await browser.open(summary.loginUrl);
    expect([login.status, login.headers.get('Location'), browser.cookies.has('cognito')]).toEqual([500, null, false]);
    unlinkSync(`${file}.new`);
    renameSync(`${folder}-file`, file);
    expect(readFileSync(file, 'utf8')).toBe(before);

    renameSync(folder, `${folder}-away`);
    expect(await signUp('new@example.com')).toMatchObject(internalError);
    renameSync(`${folder}-away`, folder);

    const lines = running.stderr.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/cannot be written: ENOSPC/),
      expect.stringMatching(/cannot be written: ENOSPC/),
      expect.stringMatching(/cannot be written: ENOENT/),
    ]);
    expect(lines[0]).toContain(file);

    expect((await api.admin('AdminGetUser', { Username: 'new@example.com' })).status).toBe(200);
    expect(readFileSync(file, 'utf8')).toContain('anna@example.com');

    await running.kill();
    chmodSync(file, 0o644);
    const rejected = start(folder);
    expect([await rejected.end(), rejected.stdout, rejected.stderr]).toEqual([
      1,
      '',
      `Other users can read ${file}. Run chmod 600 "${file}".\n`,
    ]);
  });

  test('is rejected with a clock that a test sets ahead', async () => {
    const rejected = start(newFolder(), '--test-controls');
    expect([await rejected.end(), rejected.stderr]).toEqual([
      1,
      '--data and --test-controls cannot be used together: a clock that is set ahead would write times in the future.\n',
    ]);
  });

  test('does not select the folder of the project with an empty string', async () => {
    const rejected = start('');
    expect([await rejected.end(), rejected.stderr]).toEqual([1, '--data must be the path of a folder, got "".\n']);
  });

  test('writes nothing when a setting or a seed is wrong', async () => {
    const [folder, seed] = [newFolder(), join(mkdtempSync(join(tmpdir(), 'seed-')), 'users.json')];
    const misconfigured = new Command('start', ['--data', folder, ...anyPort], { env: { DOMAIN_PREFIX: '-' } });
    expect(await misconfigured.end()).toBe(1);
    expect(existsSync(folder)).toBe(false);

    writeFileSync(seed, '[{}]');
    const rejected = start(folder, '--seed', seed);
    expect(await rejected.end()).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
