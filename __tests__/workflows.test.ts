import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

import { type Job, readWorkflow, setUpSteps, usedActions, usedScripts, workflowFiles } from './support/workflow';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const names = Object.keys(workflowFiles);
const { jobs } = readWorkflow('deploy.yml');
const { plan, staging, production } = jobs as Record<'plan' | 'staging' | 'production', Job>;
const { drift } = readWorkflow('drift.yml').jobs as Record<'drift', Job>;

describe.each(names)('%s', (name) => {
  const { permissions, jobs } = readWorkflow(name);

  test('gives no permission to all jobs', () => {
    expect(permissions).toEqual({});
  });

  test('limits the time of each job', () => {
    const limits = Object.values(jobs).map((job) => job['timeout-minutes'] ?? Infinity);
    expect(Math.max(...limits)).toBeLessThanOrEqual(120);
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

test('the workflows pin each action to one commit, and say the version', () => {
  expect(usedActions.length).toBeGreaterThan(8);
  expect(usedActions.filter((use) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  const actions = new Set(usedActions.map((use) => use.split('@')[0]));
  expect(new Set(usedActions).size).toBe(actions.size);
});

test('each job that does more than read a file sets itself up in the same way', () => {
  const steps = names.flatMap((name) => Object.entries(readWorkflow(name).jobs));
  const others = steps.filter(([, job]) => job.steps[1]?.uses !== './.github/actions/setup').map(([id]) => id);
  expect(others).toEqual(['versions']);
  expect(setUpSteps.map(({ uses, run }) => uses?.split('@')[0] ?? run)).toEqual([
    'actions/setup-node',
    'npm ci --ignore-scripts',
    'hashicorp/setup-terraform',
    'aws-actions/configure-aws-credentials',
  ]);
});

test('the versions of Node.js are those of package.json: here, in CI and in the workflows', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const majors = JSON.parse(execFileSync('.ci/node-versions', { encoding: 'utf8' })) as number[];
  expect(engines.node).toBe('^20.19.0 || ^22.13.0 || ^24.0.0 || >=26.0.0');
  expect(majors).toEqual([20, 22, 24, 26]);
  expect(readFileSync('.ci/run', 'utf8')).toContain('.ci/node-versions');
  const { versions, test } = readWorkflow('test.yml').jobs as Record<'versions' | 'test', Job>;
  expect(versions.steps.map(({ run }) => run)).toContain('echo "node=$(.ci/node-versions)" >>"$GITHUB_OUTPUT"');
  expect(test.strategy!.matrix).toEqual({ node: '${{ fromJSON(needs.versions.outputs.node) }}' });
});

test('the workflows run only scripts that exist', () => {
  expect(usedScripts.length).toBeGreaterThan(8);
  expect(usedScripts.map(({ name }) => name).filter((name) => name !== 'ci' && !(name in scripts))).toEqual([]);
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
      'production-plan': deploy,
      production: deploy,
    },
    'drift.yml': { drift: deploy },
    'test.yml': { versions: read, test: read, lint: read, browser: read, acceptance: read },
  });
});

describe('deploy.yml', () => {
  test('plans in one role of an environment, and deploys in another', () => {
    const roles = Object.entries({ ...jobs, drift }).map(([name, { steps }]) => [
      name,
      steps.flatMap((step) => step.with?.role ?? []),
    ]);
    const planRole = "${{ vars[format('AWS_PLAN_ROLE_{0}', matrix.environment)] }}";
    expect(Object.fromEntries(roles)).toEqual({
      test: [],
      plan: [planRole],
      staging: ['${{ vars.AWS_DEPLOY_ROLE }}'],
      'production-plan': ['${{ vars.AWS_PLAN_ROLE_PRODUCTION }}'],
      production: ['${{ vars.AWS_DEPLOY_ROLE }}'],
      drift: [planRole],
    });
  });

  test('plans no pull request of a fork', () => {
    expect(plan.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
  });

  test('deploys main alone, and only what the tests accept: staging first, then production', () => {
    expect(staging.if).toContain("github.ref == 'refs/heads/main'");
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['test', undefined],
      ['plan', 'test'],
      ['staging', 'test'],
      ['production-plan', 'staging'],
      ['production', 'production-plan'],
    ]);
  });

  test('shows the plan of production before anyone is asked to approve it', () => {
    const { environment, steps } = jobs['production-plan']!;
    expect(environment).toBeUndefined();
    expect(steps.at(-1)!.run).toContain('cat plan.md >>"$GITHUB_STEP_SUMMARY"');
    expect(production.environment).toBe('production');
  });

  test.each([
    ['without changes', 0, 0],
    ['with changes', 2, 0],
    ['that cannot be deployed', 1, 1],
  ])('shows a plan of production %s', (_, status, exitCode) => {
    const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
    const npm = `echo '## Plan' >plan.md; exit ${status}`;
    for (const [name, script] of Object.entries({ npm, jq: 'echo d' })) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const [summary, output] = [join(folder, 'summary'), join(folder, 'output')];
    const { status: ended } = spawnSync('bash', ['-e', '-c', jobs['production-plan']!.steps.at(-1)!.run!], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${folder}:${process.env.PATH!}`,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
      },
    });
    expect(ended).toBe(exitCode);
    expect(readFileSync(summary, 'utf8')).toBe('## Plan\n');
    expect(readFileSync(output, 'utf8')).toBe(`digest=d\nstatus=${status}\n`);
  });

  test('asks for an approval of changes only', () => {
    expect(production.if).toBe("needs.production-plan.outputs.status == '2'");
  });

  test('also comments with a plan that cannot be deployed', () => {
    expect(plan.steps.at(-1)!.if).toBe("${{ !cancelled() && hashFiles('plan.md') != '' }}");
  });

  test('deploys to production the plan that was shown, and no other', () => {
    const deploy = production.steps.find(({ run }) => run?.startsWith('npm run deploy'))!;
    expect(deploy.run).toContain('--approved-plan "$APPROVED_PLAN"');
    expect(deploy.env).toEqual({ APPROVED_PLAN: '${{ needs.production-plan.outputs.digest }}' });
  });

  test('checks the flow after a deploy', () => {
    expect([staging, production].map(({ steps }) => steps.at(-1)!.run)).toEqual([
      'npm run check -- --environment staging --outputs outputs.staging.json',
      'npm run check -- --environment production --outputs outputs.production.json',
    ]);
  });

  test('looks for drift in the environments that it plans and deploys', () => {
    const environments = [staging.environment, production.environment];
    expect([plan.strategy!.matrix, drift.strategy!.matrix]).toEqual([
      { environment: environments },
      { environment: environments },
    ]);
  });

  test('deploys one environment at a time, and cancels no deploy', () => {
    expect([staging.concurrency, production.concurrency]).toEqual(['deploy-staging', 'deploy-production']);
  });

  test('deploys production as it deploys staging, but for the approved plan', () => {
    const renamed = JSON.stringify(staging.steps).replaceAll('staging', 'production');
    const steps = production.steps.map(({ env, ...step }) =>
      env ? { ...step, run: step.run!.replace(' --approved-plan "$APPROVED_PLAN"', '') } : step,
    );
    expect(JSON.parse(renamed)).toEqual(steps);
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
