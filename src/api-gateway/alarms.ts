import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';

import { alarmPrefix, alarmsRule } from './alarm-settings';
import { isEmailAddress } from '../cognito/user-pool-email';
import { readProps } from '../rules/check';
import { objectRule } from '../rules/rule';
import { AwsStack, globalRegion } from '../stack/aws-stack';

/** A certificate, and whether it is in us-east-1 because CloudFront uses it. */
export interface WatchedCertificate {
  readonly arn: string;
  readonly isGlobal: boolean;
}

export interface AlarmsProps {
  /** Email address, or ARN of a topic of Amazon SNS, that gets the alarms. */
  readonly to: string;
  /** Name of the API, which is the first part of all names. */
  readonly restApiName: string;
  readonly stageName: string;
  readonly userPoolId?: string | undefined;
  /** IDs of the app clients to which users sign in. */
  readonly clientIds?: readonly string[];
  /** Certificates by what uses them: `login`, `api`. */
  readonly certificates?: Readonly<Record<string, WatchedCertificate | undefined>>;
}

const alarmsProps = objectRule({ to: alarmsRule });

/** An alarm can have ten metrics, and each app client has two. */
const mostClients = 5;

/** Alarms on an API and on the sign-ins to it, and a dashboard with the same figures. */
export class Alarms extends Construct {
  readonly alarms: CloudwatchMetricAlarm[] = [];
  readonly dashboard: CloudwatchDashboard;
  private readonly topics = new Map<string, string | undefined>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    readProps(this, alarmsProps, props);
    const { restApiName, stageName, userPoolId, clientIds = [], certificates = {} } = props;
    const api = { namespace: 'AWS/ApiGateway', dimensions: { ApiName: restApiName, Stage: stageName } };
    const minutes = { period: 60, evaluationPeriods: 5, datapointsToAlarm: 3 };
    this.alarm('server_errors', 'More than 5 % of the responses are 5XX.', {
      ...api,
      ...minutes,
      metricName: '5XXError',
      statistic: 'Average',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0.05,
    });
    this.alarm('latency', 'The latency (p99) is above 5 seconds.', {
      ...api,
      ...minutes,
      metricName: 'Latency',
      extendedStatistic: 'p99',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 5000,
    });

    const watched = clientIds.slice(0, mostClients);
    if (watched.length < clientIds.length) {
      Annotations.of(this).addWarning(`The alarms on sign-ins watch the first ${mostClients} app clients only.`);
    }
    if (userPoolId !== undefined && watched.length > 0) {
      const sums = (metricName: string, stat: string, prefix: string) =>
        watched.map((clientId, index) => ({
          id: `${prefix}${index}`,
          metric: {
            namespace: 'AWS/Cognito',
            metricName,
            dimensions: { UserPool: userPoolId, UserPoolClient: clientId },
            period: 300,
            stat,
          },
        }));
      const twoOfThree = { evaluationPeriods: 3, datapointsToAlarm: 2, comparisonOperator: 'GreaterThanThreshold' };
      const total = (prefix: string) => `SUM([${watched.map((_, index) => `FILL(${prefix}${index}, 0)`).join(', ')}])`;
      this.alarm('throttled_sign_ins', 'Cognito throttles sign-ins or token requests.', {
        ...twoOfThree,
        threshold: 0,
        metricQuery: [
          {
            id: 'throttled',
            expression: `${total('signin')} + ${total('refresh')}`,
            label: 'Throttled',
            returnData: true,
          },
          ...sums('SignInThrottles', 'Sum', 'signin'),
          ...sums('TokenRefreshThrottles', 'Sum', 'refresh'),
        ],
      });
      this.alarm('failed_sign_ins', 'More than half of at least 20 sign-ins in 5 minutes fail.', {
        ...twoOfThree,
        threshold: 50,
        metricQuery: [
          {
            id: 'failed',
            expression: `IF(${total('all')} >= 20, 100 - 100 * ${total('good')} / ${total('all')}, 0)`,
            label: 'Failed sign-ins (%)',
            returnData: true,
          },
          ...sums('SignInSuccesses', 'SampleCount', 'all'),
          ...sums('SignInSuccesses', 'Sum', 'good'),
        ],
      });
    }

    for (const [owner, certificate] of Object.entries(certificates)) {
      if (certificate) {
        this.alarm(
          `${owner}_certificate`,
          'The certificate expires in less than 30 days, and ACM has not renewed it.',
          {
            namespace: 'AWS/CertificateManager',
            metricName: 'DaysToExpiry',
            dimensions: { CertificateArn: certificate.arn },
            statistic: 'Minimum',
            period: 86_400,
            evaluationPeriods: 1,
            comparisonOperator: 'LessThanThreshold',
            threshold: 30,
          },
          certificate.isGlobal ? AwsStack.globalProvider(this) : undefined,
        );
      }
    }

    this.dashboard = new CloudwatchDashboard(this, 'dashboard', {
      dashboardName: [alarmPrefix(restApiName), AwsStack.find(this)?.region ?? stageName].join('-'),
      dashboardBody: JSON.stringify({ widgets: this.widgets(api.dimensions, userPoolId, clientIds) }),
    });
  }

  /** Defines an alarm in the region of its metric, that of the provider, unless that has no topic. */
  private alarm(
    id: string,
    alarmDescription: string,
    config: Omit<CloudwatchMetricAlarmConfig, 'alarmName'>,
    provider?: AwsProvider,
  ): void {
    const topic = this.topicIn(provider);
    if (topic === undefined) {
      Annotations.of(this).addWarning(
        `Nobody gets an alarm about the certificate in ${globalRegion}: restApi.alarms has a topic in another region. Write an email address instead.`,
      );
      return;
    }
    this.alarms.push(
      new CloudwatchMetricAlarm(this, id, {
        ...config,
        ...(provider && { provider }),
        alarmName: this.nameOf(id.replaceAll('_', '-'), provider),
        alarmDescription,
        treatMissingData: 'notBreaching',
        alarmActions: [topic],
        okActions: [topic],
      }),
    );
  }

  /** Returns the ARN of the topic in the region of a metric: an alarm cannot publish to another one. */
  private topicIn(provider: AwsProvider | undefined): string | undefined {
    const { to } = this.props;
    if (!isEmailAddress(to)) {
      return provider ? undefined : to;
    }
    const id = provider ? 'global_topic' : 'topic';
    if (!this.topics.has(id)) {
      // Not encrypted: CloudWatch cannot use AWS's own key of Amazon SNS, and an alarm has no secret.
      const topic = new SnsTopic(this, id, { ...(provider && { provider }), name: this.nameOf('alarms', provider) });
      new SnsTopicSubscription(topic, 'email', {
        ...(provider && { provider }),
        topicArn: topic.arn,
        protocol: 'email',
        endpoint: to,
      });
      this.topics.set(id, topic.arn);
    }
    return this.topics.get(id);
  }

  /** Names what is in us-east-1 also by the region of the API: an API in another region can have the same name. */
  private nameOf(what: string, provider: AwsProvider | undefined): string {
    const region = provider && AwsStack.find(this)?.region;
    return [alarmPrefix(this.props.restApiName), what, region].filter((part) => part !== undefined).join('-');
  }

  private widgets(
    { ApiName, Stage }: Readonly<Record<'ApiName' | 'Stage', string>>,
    userPoolId: string | undefined,
    clientIds: readonly string[],
  ): object[] {
    const region = AwsStack.find(this)?.region;
    const ofApi = (name: string, stat: string) => [
      'AWS/ApiGateway',
      name,
      'ApiName',
      ApiName,
      'Stage',
      Stage,
      { stat },
    ];
    const ofClients = (name: string, stat: string, label: string) =>
      clientIds.map((client) => [
        ...['AWS/Cognito', name, 'UserPool', userPoolId, 'UserPoolClient', client],
        { stat, label },
      ]);
    const graphs = [
      {
        title: 'Calls and errors',
        metrics: [ofApi('Count', 'Sum'), ofApi('4XXError', 'Sum'), ofApi('5XXError', 'Sum')],
      },
      {
        title: 'Latency (ms)',
        metrics: [ofApi('Latency', 'p50'), ofApi('Latency', 'p99'), ofApi('IntegrationLatency', 'p99')],
      },
      {
        title: 'Sign-ins',
        metrics: [
          ...ofClients('SignInSuccesses', 'SampleCount', 'all'),
          ...ofClients('SignInSuccesses', 'Sum', 'successful'),
        ],
      },
      {
        title: 'Tokens and throttling',
        metrics: [
          ...ofClients('TokenRefreshSuccesses', 'Sum', 'refreshed'),
          ...ofClients('SignInThrottles', 'Sum', 'throttled sign-ins'),
          ...ofClients('TokenRefreshThrottles', 'Sum', 'throttled refreshes'),
        ],
      },
    ].filter(({ metrics }) => metrics.length > 0);
    return graphs.map((graph, index) => ({
      type: 'metric',
      x: (index % 2) * 12,
      y: Math.floor(index / 2) * 6,
      width: 12,
      height: 6,
      properties: { ...graph, region, period: 300 },
    }));
  }
}
