import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Browser } from '../support/browser';
import { anyPort, Command } from '../support/command';
import { jwtPart } from '../support/oauth-client';
import { StartedProject } from '../support/started-project';

const file = join(mkdtempSync(join(tmpdir(), 'seed-')), 'users.json');
const password = 'Correct-horse-1';

function start(seed: string): Command {
  writeFileSync(file, seed);
  return new Command('start', ['--seed', file, '--json', ...anyPort]);
}

describe('npm start --seed', () => {
  test('serves the users of the file and no others', async () => {
    const seed = `[
      // Has signed up and confirmed the address.
      {
        "attributes": { "email": "anna@example.com", "given_name": "Anna" },
        "password": "${password}",
        "groups": ["admins"]
      },
      { "attributes": { "email": "new@example.com" }, "password": "${password}", "status": "UNCONFIRMED" },
      {
        "attributes": { "email": "invited@example.com", "email_verified": "true" },
        "password": "${password}",
        "status": "FORCE_CHANGE_PASSWORD"
      }
    ]`;
    const project = await StartedProject.begin({ groups: { admins: {} } }, { 'users.json': seed }, [
      '--seed',
      'users.json',
      '--data',
      'kept',
    ]);
    const { summary: ready, start: running } = project;
    expect(running.stdout).not.toContain(password);
    expect(ready).not.toHaveProperty('demoUser');

    const signIn = async (username: string) => {
      const browser = new Browser();
      return browser.submit(await browser.open(ready.loginUrl), { username, password });
    };
    const claimsOfAnna = async () => {
      const { url } = await signIn('anna@example.com');
      const form = {
        grant_type: 'authorization_code',
        client_id: ready.clientId,
        redirect_uri: new URL(ready.loginUrl).searchParams.get('redirect_uri')!,
        code: url.searchParams.get('code')!,
      };
      const response = await fetch(ready.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
      return jwtPart(((await response.json()) as { readonly id_token: string }).id_token, 1);
    };
    expect(await claimsOfAnna()).toMatchObject({
      email_verified: true,
      given_name: 'Anna',
      'cognito:groups': ['admins'],
    });

    expect((await signIn('new@example.com')).html).toContain('User is not confirmed.');
    const mails = await (await fetch(ready.mailboxUrl)).text();
    expect(mails.match(/<article[^]*?<\/article>/g)).toEqual([
      expect.stringMatching(/new@example\.com[^]*\b\d{6}\b/) as string,
    ]);
    expect((await signIn('invited@example.com')).url.pathname).toBe('/newPassword');
    expect((await signIn('demo@example.com')).html).toContain('Incorrect username or password.');

    // The last line with a user has what is kept of them.
    const keptAnna = () =>
      readFileSync(join(project.folder, 'kept', `${ready.userPoolId}.jsonl`), 'utf8')
        .split('\n')
        .filter((line) => line.includes('anna@example.com'))
        .at(-1);
    expect(keptAnna()).toContain('"groups":["admins"]');

    // Nobody is in a group that the stacks no longer have, also when they have one of that name again.
    for (const groups of [{}, { admins: {} }]) {
      running.stderr = '';
      project.set({ groups });
      await running.seen(/The changed stacks are served/);
      expect(keptAnna()).not.toContain('"groups":["admins"]');
      expect(await claimsOfAnna()).not.toHaveProperty('cognito:groups');
    }
    await project.end();
  });

  test('can begin without a user', async () => {
    const running = start('[]');
    await running.seen(/\n/);
    expect(JSON.parse(running.stdout)).not.toHaveProperty('demoUser');
    await running.interrupt();
  });

  test('reports all that the user pool rejects, where it is in the file, and serves nothing', async () => {
    const rejected = start(`[
  { "attributes": { "email": "anna@example.com" }, "password": "${password}" },
  { "attributes": { "email": "anna@example.com", "sub": "1", "email_verified": true, "shoe_size": "40",
                    "name": "" }, "password": "top-secret" },
  { "password": 12345678, "groups": ["admin"], "passwd": "top-secret", "status": "confirmed" },
  "top-secret",
  { "attributes": { "email": "anna", "name": "${'x'.repeat(2049)}" }, "password": "", "status": "UNCONFIRMED" },
  { "attributes": { "birthdate": "1990" } }
]`);
    expect(await rejected.end()).toBe(1);
    expect(rejected.stdout).toBe('');
    expect(rejected.stderr).toBe(`The user pool rejects ${file}:
  line 3, column 21: 1.attributes.email: An account with the given email already exists.
  line 3, column 50: 1.attributes.sub: must not be set: the user pool generates it
  line 3, column 62: 1.attributes.email_verified: must be a string
  line 3, column 86: 1.attributes.shoe_size: Attributes did not conform to the schema: shoe_size: Attribute does not exist in the schema.
  line 4, column 21: 1.attributes.name: must not be empty
  line 4, column 35: 1.password: must contain an upper case letter
  line 4, column 35: 1.password: must contain a number
  line 5, column 3: 2.attributes: is required
  line 5, column 5: 2.password: must be a string
  line 5, column 72: 2.status: must be one of CONFIRMED, UNCONFIRMED, FORCE_CHANGE_PASSWORD
  line 5, column 38: 2.groups.0: Group not found.
  line 5, column 48: 2.passwd: unknown name; allowed: attributes, password, status, groups
  line 6, column 3: 3: must be an object
  line 7, column 21: 4.attributes.email: Invalid email address format.
  line 7, column 38: 4.attributes.name: must have at most 2048 characters
  line 7, column 2101: 4.password: must not be empty
  line 8, column 21: 5.attributes.birthdate: Attributes did not conform to the schema: birthdate: String must be no shorter than 10 characters
  line 8, column 5: 5.attributes.email: is required
  line 8, column 3: 5.password: is required
`);
  });

  test.each([
    ['an object', '{ "users": [] }', `The user pool rejects ${file}:\n  line 1, column 1: must be a list of users\n`],
    [
      'no JSON',
      '[{ "password": "top-secret" "x": 1 }]',
      `${file} is not valid JSON: line 1, column 29: Comma expected.\n`,
    ],
    [
      'a name twice',
      '[{ "password": "top-secret",\n "password": "other-secret" }]',
      `${file} contains duplicate names:\n  line 2, column 2: "password"\n`,
    ],
  ])('ends with one report for %s', async (_, seed, report) => {
    const rejected = start(seed);
    expect([await rejected.end(), rejected.stderr]).toEqual([1, report]);
  });

  test('ends with one line when the file does not exist', async () => {
    const rejected = new Command('start', ['--seed', 'no-users.json']);
    expect([await rejected.end(), rejected.stderr]).toEqual([1, `no-users.json does not exist in ${process.cwd()}.\n`]);
  });
});
