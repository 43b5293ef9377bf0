import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { Project } from '../support/acceptance-project';

let acceptance: Acceptance;
/** The checkout of a colleague. */
let colleague: Project;

beforeAll(async () => {
  acceptance = await startAcceptance();
  colleague = new Project(acceptance.proxy.url);
  await acceptance.account.createBucket('team-states');
});

afterAll(async () => {
  await colleague.remove();
  await acceptance.end();
});

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
