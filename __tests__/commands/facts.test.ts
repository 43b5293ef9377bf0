import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { factGroups } from '../facts/facts';
import { factSettings } from '../facts/table';
import { runProgram } from '../support/command';
import { StartedProject } from '../support/started-project';

const facts = factGroups.flatMap((group) => group.facts);

/** Runs `npm run facts`, in a folder with outputs of local services or without. */
function run(outdir: string, ...args: readonly string[]) {
  return runProgram('__tests__/facts/run.ts', args, outdir);
}

describe('npm run facts', () => {
  let project: StartedProject;
  beforeAll(async () => {
    project = await StartedProject.begin(factSettings());
  });
  afterAll(() => project.end());

  test('says that all facts hold of npm start', async () => {
    const { outdir } = project.start;
    const { code, stdout } = await run(outdir, '--user-pool-api-url', project.summary.userPoolApiUrl);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${facts.length} of ${facts.length} facts hold.\n` });
  });

  test('distinguishes a service that is not there from one that differs', async () => {
    const { userPoolApiUrl, webUrl } = project.summary;
    const apiUrl = project.summary.apiUrl;
    const options = ['--user-pool-api-url', userPoolApiUrl, '--login-url', apiUrl, '--api-url', `${webUrl}/none`];
    const { code, stdout } = await run(project.start.outdir, '--json', ...options);
    const { L1, U1, A1 } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ code, L1, U1, A1 }).toEqual({
      code: 1,
      L1: { result: 'differs', detail: '{"status":403,"to":""}' },
      U1: { result: 'holds' },
      A1: { result: 'not served', detail: 'GET /orders: 404' },
    });
  });
});

describe('npm run facts ends with one line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'facts-'));
  const outputs = join(folder, 'outputs.json');
  const ofDefaultStacks = { HostedDomainUrl: 'https://a.example', HostedLoginUrl: 'https://a.example/login' };
  writeFileSync(outputs, JSON.stringify({ CognitoStack: ofDefaultStacks }));

  test.each([
    ['when nothing runs', [], 'The local services are not running'],
    [
      'for outputs of other settings',
      ['--outputs', outputs],
      'does not have CognitoUserPoolAppClientID-legacy and CognitoUserPoolAppClientID-machine: it is not of the settings that src/local/FACTS.md shows.',
    ],
    ['for a URL that is none', ['--outputs', outputs, '--login-url', 'x'], '--login-url must be a URL, got "x"'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(folder, ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(message)]);
  });
});
