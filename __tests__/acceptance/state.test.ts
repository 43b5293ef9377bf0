import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { Project } from '../support/acceptance-project';
import { localAwsEnvironment } from '../support/local-aws';

let acceptance: Acceptance;
/** The checkout of a colleague. */
let colleague: Project;

beforeAll(async () => {
  acceptance = await startAcceptance();
  colleague = new Project(acceptance.proxy.url);
  await acceptance.account.createBucket('team-states');
  await runAsPerson(versioning!);
});

afterAll(async () => {
  await colleague.remove();
  await acceptance.end();
});

const chapter = readFileSync(join('src', 'settings', 'README.md'), 'utf8').replaceAll(
  'my-company-terraform-states',
  'team-states',
);
const [, versioning] = /^(aws s3api put-bucket-versioning .*)$/m.exec(chapter)!;
const [, listVersions, restore] = /```\n(aws s3api list-object-versions .*?)\n(.*?)```/s.exec(chapter)!;

/** Runs commands of the chapter as a person does who has the AWS CLI. */
async function runAsPerson(commands: string): Promise<string> {
  const cli = `aws() { ${localAwsEnvironment.python} -m awscli "$@"; }`;
  const command = acceptance.project.start('env', 'AWS_DEFAULT_REGION=us-east-1', 'bash', '-ec', `${cli}\n${commands}`);
  const { status, output } = await command.finished;
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) as string });
  return output;
}

const shared = { state: { s3: { bucket: 'team-states', keyPrefix: 'login' } } };

const changed = {
  routes: {
    'GET /awesomeapi': {
      scopes: ['awesomeapi-resource-server/awesomeapi.read'],
      response: { body: { message: 'Hello Again' } },
    },
  },
};

async function expectNoChange(project: Project): Promise<void> {
  const { status, output } = await project.run('npm run plan');
  expect(output).toMatch(/CognitoStack: no changes\n {2}ApiGatewayStack: no changes/);
  expect(status).toBe(0);
}

// One deployed environment goes through all of these.
describe('the state', () => {
  test('is rejected in its old place after the setting has changed, and nothing is planned', async () => {
    const { project } = acceptance;
    expect((await project.deploy().finished).status).toBe(0);
    project.set(shared);
    const { status, output } = await project.run('npm run plan');
    expect(status).toBe(1);
    expect(output).toContain(
      'The state of CognitoStack is in terraform.CognitoStack.tfstate, but the setting "state" is ' +
        's3://team-states/login/CognitoStack.tfstate. Move it first: npm run move-state -- --from local',
    );
  });

  test('moves from the local files to the bucket, where nothing changes, and the files stay as a backup', async () => {
    const { project } = acceptance;
    // It does not matter what Terraform remembers of the old place.
    rmSync(join(project.folder, 'cdktf.out'), { recursive: true });
    expect((await project.run('npm run move-state -- --from local')).status).toBe(0);
    await expectNoChange(project);
    expect(existsSync(join(project.folder, 'terraform.CognitoStack.tfstate'))).toBe(false);
    expect(existsSync(join(project.folder, 'terraform.CognitoStack.tfstate.moved'))).toBe(true);
    expect(await acceptance.account.objects('team-states')).toEqual([
      'login/ApiGatewayStack.tfstate',
      'login/CognitoStack.tfstate',
    ]);
  });

  test('is locked during a deploy: the deploy of a colleague stops, and changes nothing', async () => {
    const { project, proxy } = acceptance;
    project.set({ ...shared, ...changed });
    colleague.set({ ...shared, ...changed });
    let rejected: Promise<{ status: number | null; output: string }> | undefined;
    proxy.intercept('UpdateStage', async (forward) => {
      rejected = colleague.deploy().finished;
      await rejected;
      return forward();
    });
    const { status } = await project.deploy().finished;
    expect(status).toBe(0);
    const second = await rejected!;
    expect(second.status).toBe(1);
    expect(second.output).toContain('Error acquiring the state lock');
    await expectNoChange(colleague);
  });

  test('that is deleted is restored from an earlier version, as the chapter says', async () => {
    const { project } = acceptance;
    await runAsPerson('aws s3api delete-object --bucket team-states --key login/CognitoStack.tfstate');
    const { status, output } = await project.run('npm run plan');
    expect(status).toBe(1);
    expect(output).toContain('restore the last version of s3://team-states/login/CognitoStack.tfstate');
    const { Versions } = JSON.parse(await runAsPerson(listVersions!)) as { Versions: readonly { VersionId: string }[] };
    await runAsPerson(restore!.replace('VERSION', Versions[0]!.VersionId));
    await expectNoChange(project);
  });

  test('moves back to local files', async () => {
    const { project } = acceptance;
    project.set(changed);
    const { status, output } = await project.run('npm run plan');
    expect({ status, output }).toEqual({
      status: 1,
      output: expect.stringContaining('npm run move-state -- --from s3://team-states/login') as string,
    });
    expect((await project.run('npm run move-state -- --from s3://team-states/login')).status).toBe(0);
    await expectNoChange(project);
    expect(await acceptance.account.objects('team-states')).toHaveLength(2);
  });

  test('is not moved over another state', async () => {
    const { project } = acceptance;
    const file = 'terraform.CognitoStack.tfstate';
    const other = JSON.stringify({ ...(JSON.parse(project.read(file)) as object), lineage: randomUUID() });
    project.write(file, other);
    project.set(shared);
    const { status, output } = await project.run('npm run move-state -- --from local');
    expect({ status, output }).toEqual({
      status: 1,
      output: expect.stringContaining(
        's3://team-states/login/CognitoStack.tfstate already contains another state',
      ) as string,
    });
    expect(project.read(file)).toBe(other);
  });
});
