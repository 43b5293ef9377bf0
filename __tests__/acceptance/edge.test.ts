import { type Acceptance, startAcceptance } from '../support/acceptance';
import { plannedChanges } from '../support/acceptance-project';
import { alarmCalls, awsCalls, edgeCalls, productionCalls } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';

const policies = ['deploy-policy', 'deploy-policy-production', 'deploy-policy-edge', 'deploy-policy-alarms'];
let acceptance: Acceptance;
let zoneId: string;

beforeAll(async () => {
  acceptance = await startAcceptance({ policies });
  zoneId = await acceptance.account.createHostedZone('example.com');
  acceptance.proxy.policy = IamPolicy.read(policies, { 'HOSTED-ZONE': zoneId });
});

afterAll(() => acceptance.end());

/** The host names of an API in another region than the certificate of the login. */
const settings = {
  region: 'eu-central-1',
  customDomain: { name: 'login.example.com', hostedZone: 'example.com' },
  userPool: { name: 'awesome-api', webAcl: { action: 'block', requestsPerFiveMinutes: 1000 } },
  restApi: {
    customDomain: { name: 'api.example.com', hostedZone: 'example.com' },
    webAcl: 'count',
    alarms: 'ops@example.com',
  },
};

let output: string;

async function deploy(...allowed: string[]): Promise<Record<string, string>> {
  const options = allowed.map((address) => ` --allow-loss ${address}`).join('');
  const finished = await acceptance.project.run(`npm run deploy -- --auto-approve${options}`);
  const { status } = finished;
  ({ output } = finished);
  expect(status === 0 ? '' : output).toBe('');
  return plannedChanges(output);
}

describe('host names in a hosted zone', () => {
  test('are not deployed while the domain above the login has no A record', async () => {
    const { project, account } = acceptance;
    project.set(settings);
    const { status, output } = await project.run('npm run deploy -- --auto-approve');
    expect(status).toBe(1);
    expect(output).toContain(`add an A record for example.com to the hosted zone ${zoneId}`);
    expect(await account.recordsOf(zoneId)).toEqual(['NS example.com', 'SOA example.com']);
  });

  test('get their certificates, each in its region, and their records in one deploy', async () => {
    const { account } = acceptance;
    await account.changeRecord(zoneId, 'CREATE', 'example.com');
    await deploy();
    expect(output).toContain('Nobody gets alarms until the email of AWS to ops@example.com is confirmed.');
    expect(await account.certificates('us-east-1')).toEqual(['login.example.com']);
    expect(await account.certificates('eu-central-1')).toEqual(['api.example.com']);
    expect((await account.recordsOf(zoneId)).map((record) => record.replace(/_\w+/g, '_'))).toEqual([
      ...[
        'A api.example.com',
        'A example.com',
        'A login.example.com',
        'AAAA api.example.com',
        'AAAA login.example.com',
      ],
      ...['CNAME _.api.example.com', 'CNAME _.login.example.com', 'NS example.com', 'SOA example.com'],
    ]);
  });

  test('leave an empty second plan that only reads', async () => {
    const { project, proxy } = acceptance;
    const deployPolicy = proxy.policy;
    proxy.policy = IamPolicy.read(['plan-policy', 'plan-policy-production', 'plan-policy-edge', 'plan-policy-alarms'], {
      'HOSTED-ZONE': zoneId,
    });
    const { status, output } = await project.run('npm run plan');
    proxy.policy = deployPolicy;
    expect({ status, changes: plannedChanges(output) }).toEqual({ status: 0, changes: {} });
  });

  test('do not replace a record that exists', async () => {
    const { project, account } = acceptance;
    await account.changeRecord(zoneId, 'CREATE', 'orders.example.com');
    project.set({ ...settings, restApi: { customDomain: { name: 'orders.example.com', hostedZone: zoneId } } });
    const { status, output } = await project.run('npm run deploy -- --auto-approve');
    await account.changeRecord(zoneId, 'DELETE', 'orders.example.com');
    expect(status).toBe(1);
    expect(output).toContain('the hosted zone has a record A for orders.example.com');
  });
});

describe('web ACLs', () => {
  const read = async (name: string) => acceptance.account.webAcl(name, settings.region);

  test('are what AWS WAF has', async () => {
    const login = await read('awesome-api-login');
    const rules = login.webAcl.Rules.map(({ Name, Action, OverrideAction }) => [Name, Action ?? OverrideAction]);
    expect(Object.fromEntries(rules)).toEqual({
      'requests-per-address': { Block: {} },
      AWSManagedRulesAmazonIpReputationList: { None: {} },
      AWSManagedRulesKnownBadInputsRuleSet: { None: {} },
      AWSManagedRulesCommonRuleSet: { None: {} },
    });
    expect(login.logging.LogDestinationConfigs).toEqual([
      expect.stringMatching(/:log-group:aws-waf-logs-awesome-api-login$/),
    ]);
  });

  test('are changed in place', async () => {
    const { project } = acceptance;
    project.set({ ...settings, userPool: { ...settings.userPool, webAcl: 'count' } });
    expect(await deploy()).toEqual({ 'aws_wafv2_web_acl.user_pool_web_acl': 'updated' });
    const { webAcl } = await read('awesome-api-login');
    expect(webAcl.Rules.find(({ Name }) => Name === 'requests-per-address')).toMatchObject({
      Action: { Count: {} },
      Statement: { RateBasedStatement: { Limit: 2000 } },
    });
  });
});

describe('alarms', () => {
  test('are in the region of what they are about, with a topic and an email', async () => {
    const { account } = acceptance;
    const names = ['api-certificate', 'failed-sign-ins', 'latency', 'server-errors', 'throttled-sign-ins'];
    expect(await account.alarms(settings.region)).toEqual({
      alarms: names.map((name) => `awesome-api-${name}`),
      dashboards: ['awesome-api-eu-central-1'],
      subscribers: ['ops@example.com'],
    });
    expect(await account.alarms('us-east-1')).toMatchObject({
      alarms: ['awesome-api-login-certificate-eu-central-1'],
      subscribers: ['ops@example.com'],
    });
  });
});

describe('removed again', () => {
  test('they leave nothing', async () => {
    const { project, account } = acceptance;
    project.set({ region: settings.region, userPool: { name: settings.userPool.name } });
    const changes = await deploy(
      ...['aws_cognito_user_pool_domain.domain', 'aws_api_gateway_domain_name.domain'],
      ...['aws_cloudwatch_log_group.user_pool_web_acl_logs', 'aws_cloudwatch_log_group.web_acl_logs'],
    );
    expect(changes).toMatchObject({
      'aws_acm_certificate.domain_certificate': 'deleted',
      'aws_cognito_user_pool_domain.domain': 'replaced',
    });
    expect(await account.recordsOf(zoneId)).toEqual(['A example.com', 'NS example.com', 'SOA example.com']);
    expect(await account.webAcls(settings.region)).toEqual([]);
    for (const region of [settings.region, 'us-east-1']) {
      expect(await account.alarms(region)).toEqual({ alarms: [], dashboards: [], subscribers: [] });
    }
    expect([...(await account.certificates('us-east-1')), ...(await account.certificates('eu-central-1'))]).toEqual([]);
  });
});

test('no call has left this machine, and each is one that the policies allow, and are tested with', () => {
  const { project, proxy } = acceptance;
  expect(proxy.rejectedRequests).toEqual([]);
  const known = [...awsCalls, ...productionCalls, ...edgeCalls, ...alarmCalls];
  expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
  expect([...new Set(proxy.operations)].filter((operation) => !known.includes(operation))).toEqual([]);
});
