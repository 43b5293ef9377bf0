import { Testing } from 'cdktf';

import { Alarms } from '../../src/api-gateway/alarms';
import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { AwsStack } from '../../src/stack/aws-stack';
import { unconfirmedEmails } from '../../src/terraform/unconfirmed-emails';
import { certificateArn } from '../support/every-setting';
import { resourceChange } from '../support/plans';
import { addresses, parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const email = 'ops@example.com';
const topicArn = 'arn:aws:sns:eu-central-1:123456789012:ops';
const customDomain = { name: 'api.example.com', hostedZone: 'example.com' };

function alarmsOf(json: string) {
  const alarms = addresses(json).filter((address) => address.startsWith('aws_cloudwatch_metric_alarm.'));
  return alarms.map((address) => address.split('.alarms_')[1]).sort();
}

function warningsOf(stack: AwsStack): unknown[] {
  const metadata = stack.node.findAll().flatMap(({ node }) => node.metadata);
  return metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => data as unknown);
}

describe('the alarms of an API', () => {
  test('watch errors, latency, sign-ins and the certificates', () => {
    const common = ['failed_sign_ins', 'latency', 'server_errors', 'throttled_sign_ins'];
    expect(alarmsOf(synthApp({ restApi: { alarms: email } }).apiGateway)).toEqual(common);
    expect(alarmsOf(synthApp({ restApi: { alarms: email, customDomain } }).apiGateway)).toEqual([
      'api_certificate',
      ...common,
    ]);
  });

  test('send an email, and are OK without data', () => {
    const { apiGateway } = synthApp({ restApi: { alarms: email } });
    expect(resourceAt(apiGateway, 'aws_cloudwatch_metric_alarm.alarms_server_errors')).toMatchObject({
      alarm_name: 'awesome-api-server-errors',
      dimensions: { ApiName: 'awesome-api', Stage: 'prod' },
      metric_name: '5XXError',
      threshold: 0.05,
      treat_missing_data: 'notBreaching',
      alarm_actions: ['${aws_sns_topic.alarms_topic.arn}'],
    });
    expect(resourceAt(apiGateway, 'aws_sns_topic.alarms_topic')).toEqual({ name: 'awesome-api-alarms' });
    expect(resourceAt(apiGateway, 'aws_sns_topic_subscription.alarms_topic_email')).toEqual({
      topic_arn: '${aws_sns_topic.alarms_topic.arn}',
      protocol: 'email',
      endpoint: email,
    });
  });

  test('can go to an existing topic', () => {
    const { apiGateway } = synthApp({ region: 'eu-central-1', restApi: { alarms: topicArn } });
    expect(resourceAt(apiGateway, 'aws_cloudwatch_metric_alarm.alarms_latency').alarm_actions).toEqual([topicArn]);
    expect(parse(apiGateway).resource).not.toHaveProperty('aws_sns_topic');
  });

  test.each([
    ['ops', 'must be an email address or the ARN of a topic, got "ops"'],
    [`${topicArn}.fifo`, 'must be an email address or the ARN of a topic'],
    [topicArn.replace('eu-central-1', 'eu-west-1'), 'must be in eu-central-1'],
  ])('cannot go to %s', (alarms, message) => {
    expect(() => parseSettings({ region: 'eu-central-1', restApi: { alarms } })).toThrow(`restApi.alarms: ${message}`);
  });
});

describe('alarms in a stack of your own', () => {
  const define = (props: Partial<ConstructorParameters<typeof Alarms>[2]>) => {
    const stack = new AwsStack(Testing.app({ stackTraces: false }), 'Stack', { region: 'eu-central-1' });
    new Alarms(stack, 'alarms', { to: email, restApiName: 'orders', stageName: 'prod', ...props });
    return { stack, json: Testing.synth(stack) };
  };

  test('are in the region of their metric', () => {
    const { json } = define({ certificates: { login: { arn: certificateArn, isGlobal: true } } });
    expect(resourceAt(json, 'aws_cloudwatch_metric_alarm.alarms_login_certificate')).toMatchObject({
      provider: 'aws.us-east-1',
      alarm_name: 'orders-login-certificate-eu-central-1',
      dimensions: { CertificateArn: certificateArn },
      alarm_actions: ['${aws_sns_topic.alarms_global_topic.arn}'],
    });
    expect(resourceAt(json, 'aws_sns_topic.alarms_global_topic')).toEqual({
      provider: 'aws.us-east-1',
      name: 'orders-alarms-eu-central-1',
    });
  });

  test('in a region without their topic are left out with a warning', () => {
    const { stack, json } = define({
      to: topicArn,
      certificates: { login: { arn: certificateArn, isGlobal: true } },
    });
    expect(alarmsOf(json)).toEqual(['latency', 'server_errors']);
    expect(warningsOf(stack)).toEqual([
      expect.stringContaining('Nobody gets an alarm about the certificate in us-east-1'),
    ]);
  });

  test('watch at most five app clients', () => {
    const clientIds = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { stack, json } = define({ userPoolId: 'pool', clientIds });
    const { metric_query: queries } = resourceAt(json, 'aws_cloudwatch_metric_alarm.alarms_failed_sign_ins');
    const [total, ...metrics] = queries as readonly { readonly expression?: string; readonly metric?: object }[];
    expect(metrics).toHaveLength(10);
    expect(metrics[0]!.metric).toMatchObject({ dimensions: { UserPool: 'pool', UserPoolClient: 'a' } });
    expect(total!.expression).toContain('FILL(good4, 0)');
    expect(warningsOf(stack)).toEqual(['The alarms on sign-ins watch the first 5 app clients only.']);
  });

  test('have a dashboard with the same figures', () => {
    const { json } = define({ userPoolId: 'pool', clientIds: ['a'] });
    const { dashboard_body: body, dashboard_name: name } = resourceAt(
      json,
      'aws_cloudwatch_dashboard.alarms_dashboard',
    );
    const { widgets } = JSON.parse(String(body)) as { widgets: { properties: { title: string; region: string } }[] };
    expect(name).toBe('orders-eu-central-1');
    expect(widgets.map(({ properties }) => properties.title)).toEqual([
      'Calls and errors',
      'Latency (ms)',
      'Sign-ins',
      'Tokens and throttling',
    ]);
    expect(new Set(widgets.map(({ properties }) => properties.region))).toEqual(new Set(['eu-central-1']));
  });
});

test('two environments of a region do not share alarms', () => {
  const restApi = { name: 'my-orders', alarms: email };
  const parse = (staging: object) => () =>
    parseEnvironments({ settings: { domainPrefix: 'one', restApi }, environments: { staging } });
  expect(parse({ restApi: { name: 'my orders' } })).toThrow(
    'restApi.name: the name of the alarms of "my-orders" in us-east-1 is already used by the default environment',
  );
  expect(parse({ restApi, region: 'eu-west-1' })).not.toThrow();
});

test('a deploy names the email address that is not confirmed', () => {
  const subscription = (before: object | null, after: object | null, actions = 'update') =>
    resourceChange('aws_sns_topic_subscription.alarms_topic_email', actions, before as never, after as never);
  const confirmed = { protocol: 'email', endpoint: email, pending_confirmation: false };
  const pending = { ...confirmed, pending_confirmation: true };
  expect(unconfirmedEmails([subscription(null, confirmed, 'create')])).toEqual([email]);
  expect(unconfirmedEmails([subscription(pending, pending, 'no-op'), subscription(pending, pending)])).toEqual([email]);
  expect(unconfirmedEmails([subscription({ ...confirmed, endpoint: 'a@b.example' }, confirmed)])).toEqual([email]);
  expect(unconfirmedEmails([subscription(confirmed, confirmed, 'no-op')])).toEqual([]);
  expect(unconfirmedEmails([subscription(pending, null, 'delete')])).toEqual([]);
});
