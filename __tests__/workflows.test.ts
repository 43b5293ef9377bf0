import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

import { Command } from './support/command';
import { type Job, readWorkflow, workflowFiles } from './support/workflow';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const names = Object.keys(workflowFiles);
const { jobs } = readWorkflow('deploy.yml');
const { plan, staging, production } = jobs as Record<'plan' | 'staging' | 'production', Job>;

/** The npm scripts that the steps of a workflow run, each with its options. */
const commands = names.flatMap((name) =>
  Object.values(readWorkflow(name).jobs)
    .flatMap(({ steps }) => steps)
    .flatMap(({ run = '' }) => [...run.matchAll(/npm (?:run )?([a-z:-]+)(?: -- (.*?))?(?= \|\||$)/gm)])
    .map(([, script, options = '']) => ({ script: script!, options: options.match(/--[a-z-]+/g) ?? [] })),
);

describe.each(names)('%s', (name) => {
  const { permissions, jobs } = readWorkflow(name);

  test('pins each action to a commit, and says the version', () => {
    const uses = [...workflowFiles[name]!.matchAll(/uses: (.*)/g)].map(([, action]) => action!);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('gives no permission to all jobs', () => {
    expect(permissions).toEqual({});
  });

  test('leaves no token in the folder of the project', () => {
    const checkouts = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).toHaveLength(Object.keys(jobs).length);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('puts no expression into a shell script, where its value would be code', () => {
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.map((step) => step.run ?? step.with?.script));
    expect(scripts.filter((script) => String(script).includes('${{'))).toEqual([]);
  });
});

test('all workflows use one commit of an action', () => {
  const uses = Object.values(workflowFiles).flatMap((text) => [...text.matchAll(/uses: (.*)/g)].map(([, use]) => use!));
  const actions = new Set(uses.map((use) => use.split('@')[0]));
  expect(new Set(uses).size).toBe(actions.size);
});

test('the workflows run only scripts that there are', () => {
  expect(commands.length).toBeGreaterThan(8);
  expect(commands.map(({ script }) => script).filter((script) => script !== 'ci' && !(script in scripts))).toEqual([]);
});

test.each(['plan', 'deploy'])('npm run %s has the options that they use', async (script) => {
  const used = commands.filter((command) => command.script === script).flatMap(({ options }) => options);
  expect(used.length).toBeGreaterThan(0);
  const command = new Command(script, ['--help']);
  expect(await command.end()).toBe(0);
  expect(used.filter((option) => !command.stdout.includes(option))).toEqual([]);
});

test('a job has the permissions that it needs: to ask AWS for a role, and to comment', () => {
  const permissions = names.map((name) => [
    name,
    Object.fromEntries(Object.entries(readWorkflow(name).jobs).map(([id, job]) => [id, job.permissions])),
  ]);
  const read = { contents: 'read' };
  const deploy = { ...read, 'id-token': 'write' };
  expect(Object.fromEntries(permissions)).toEqual({
    'deploy.yml': {
      test: read,
      plan: { ...read, 'id-token': 'write', 'pull-requests': 'write' },
      staging: deploy,
      production: deploy,
    },
    'test.yml': { test: read, lint: read, browser: read, acceptance: read },
  });
});

describe('deploy.yml', () => {
  test('plans in one role, and deploys in another', () => {
    const roles = Object.entries(jobs).map(([name, { steps }]) => [
      name,
      steps.flatMap((step) => step.with?.['role-to-assume'] ?? []),
    ]);
    expect(Object.fromEntries(roles)).toEqual({
      test: [],
      plan: ['${{ vars.AWS_PLAN_ROLE }}'],
      staging: ['${{ vars.AWS_DEPLOY_ROLE }}'],
      production: ['${{ vars.AWS_DEPLOY_ROLE }}'],
    });
  });

  test('plans no pull request of a fork', () => {
    expect(plan.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
  });

  test('deploys main alone, and only what the tests accept: staging first, then production', () => {
    expect(staging.if).toContain("github.ref == 'refs/heads/main'");
    expect([plan.needs, staging.needs, production.needs]).toEqual(['test', 'test', 'staging']);
  });

  test('plans the environments that it deploys', () => {
    expect(plan.strategy!.matrix).toEqual({ environment: [staging.environment, production.environment] });
  });

  test('deploys one environment at a time, and cancels no deploy', () => {
    expect([staging.concurrency, production.concurrency]).toEqual(['deploy-staging', 'deploy-production']);
  });

  test('deploys production as it deploys staging', () => {
    const renamed = JSON.stringify(staging.steps).replaceAll('staging', 'production');
    expect(JSON.parse(renamed)).toEqual(production.steps);
  });
});

describe('the comment on a pull request', () => {
  const { script } = plan.steps.find(({ uses }) => uses?.startsWith('actions/github-script@'))!.with!;
  const bot = { login: 'github-actions[bot]' };

  /** Runs the script of the step, and says what it asks GitHub to do. */
  async function comment(comments: readonly unknown[]): Promise<unknown[]> {
    const calls: unknown[] = [];
    const issues = {
      listComments: 'listComments',
      createComment: (request: unknown) => calls.push({ create: request }),
      updateComment: (request: unknown) => calls.push({ update: request }),
    };
    await runInNewContext(`(async () => {${String(script)}})()`, {
      context: { repo: { owner: 'octo-org', repo: 'octo-repo' }, issue: { number: 7 } },
      github: { rest: { issues }, paginate: () => Promise.resolve(comments) },
      process: { env: { ENVIRONMENT: 'staging' } },
      require: () => ({ readFileSync: () => '## Plan' }),
    });
    return calls;
  }

  test('is written once', async () => {
    const request = {
      owner: 'octo-org',
      repo: 'octo-repo',
      issue_number: 7,
      body: '<!-- plan of staging -->\n## Plan',
    };
    expect(await comment([])).toEqual([{ create: request }]);
  });

  test('is updated at the next plan', async () => {
    const request = { owner: 'octo-org', repo: 'octo-repo', comment_id: 2, body: '<!-- plan of staging -->\n## Plan' };
    const comments = [
      { id: 1, user: bot, body: '<!-- plan of production -->\n## Plan' },
      { id: 2, user: bot, body: '<!-- plan of staging -->\n## Old plan' },
    ];
    expect(await comment(comments)).toEqual([{ update: request }]);
  });

  test('leaves a comment of a person alone', async () => {
    const comments = [
      { id: 1, user: { login: 'octocat' }, body: '<!-- plan of staging -->\nquoted' },
      { id: 2, user: null, body: undefined },
    ];
    expect(await comment(comments)).toEqual([{ create: expect.anything() as unknown }]);
  });
});
