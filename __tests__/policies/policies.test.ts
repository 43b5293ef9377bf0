import { readFileSync } from 'node:fs';

import {
  alarmCallsByService,
  apiGatewayCalls,
  awsCalls,
  edgeCallsByService,
  identityProviderCallsByService,
  lambdaCallsByService,
  productionCallsByService,
  s3Calls,
} from '../support/aws-calls';
import { edgeNames, functionNames, loggingNames, type Names, requestsOf } from '../support/example-calls';
import { IamPolicy } from '../support/iam-policy';
import { productionSettings } from '../support/production-settings';
import { type IamRequest } from '../support/iam-request';

type Calls = readonly (readonly [service: string, operation: string])[];

function callsIn(byService: Readonly<Record<string, readonly string[]>>): Calls {
  return Object.entries(byService).flatMap(([service, operations]) =>
    operations.map((operation) => [service, operation] as const),
  );
}

function serviceOf(operation: string): string {
  const isIn = (calls: Readonly<Record<string, string>>) => Object.values(calls).includes(operation);
  return operation === 'GetCallerIdentity'
    ? 'sts'
    : isIn(apiGatewayCalls)
      ? 'apigateway'
      : isIn(s3Calls)
        ? 's3'
        : 'cognito-idp';
}

interface Part {
  readonly suffix: string;
  readonly calls: Calls;
  readonly names: Names;
  /** Actions that a deploy calls with other settings than those of the acceptance tests. */
  readonly uncalled: readonly string[];
  /** Actions that change nothing, and that only a destroy calls. */
  readonly unplanned: readonly string[];
}

const parts: readonly Part[] = [
  {
    suffix: '',
    calls: awsCalls.map((operation) => [serviceOf(operation), operation] as const),
    names: functionNames,
    // A change of scopes, and a change of tags.
    uncalled: ['cognito-idp:UpdateResourceServer', 'cognito-idp:UntagResource'],
    unplanned: [],
  },
  {
    suffix: '-lambda',
    calls: callsIn(lambdaCallsByService),
    names: functionNames,
    uncalled: [
      ...['UntagResource', 'UpdateFunctionConfiguration'].map((operation) => `lambda:${operation}`),
      ...['iam:UntagRole', 'logs:DeleteRetentionPolicy', 'logs:UntagResource'],
    ],
    unplanned: [],
  },
  {
    suffix: '-production',
    calls: callsIn(productionCallsByService),
    names: loggingNames,
    uncalled: ['cognito-idp:UpdateGroup', 'iam:UntagRole', 'logs:DeleteRetentionPolicy', 'logs:UntagResource'],
    unplanned: ['ListInstanceProfilesForRole'],
  },
  {
    suffix: '-identity-providers',
    calls: callsIn(identityProviderCallsByService),
    names: functionNames,
    uncalled: [],
    unplanned: [],
  },
  {
    suffix: '-edge',
    calls: callsIn(edgeCallsByService),
    names: edgeNames,
    // Another certificate of the login, a change of tags, and what the local AWS API does not have.
    uncalled: [
      ...['DescribeRiskConfiguration', 'GetLogDeliveryConfiguration', 'SetLogDeliveryConfiguration'].map(
        (operation) => `cognito-idp:${operation}`,
      ),
      'cognito-idp:SetRiskConfiguration',
      ...['cognito-idp:UpdateUserPoolDomain', 'cloudfront:UpdateDistribution'],
      ...['acm:RemoveTagsFromCertificate', 'wafv2:UntagResource', 'iam:CreateServiceLinkedRole'],
      ...['logs:DeleteRetentionPolicy', 'logs:UntagResource'],
    ],
    unplanned: ['GetChange'],
  },
  {
    suffix: '-alarms',
    calls: callsIn(alarmCallsByService),
    names: edgeNames,
    uncalled: ['cloudwatch:UntagResource', 'sns:UntagResource'],
    unplanned: [],
  },
];

const isRead = (action: string) => /(?::|^)(?:Describe|Get|GET|Head|List)/.test(action);

describe.each(parts)('deploy-policy$suffix', ({ suffix, calls, names, uncalled }) => {
  const policy = IamPolicy.read([`deploy-policy${suffix}`]);

  test.each(calls)('allows %s %s on what the stacks have created', (service, operation) => {
    expect(requestsOf(service, operation, names).filter((request) => !policy.allows(request))).toEqual([]);
  });

  test('allows no other action than a deploy calls', () => {
    const called = calls.flatMap(([service, operation]) => requestsOf(service, operation, names));
    const known = [...called.map(({ action }) => action), ...uncalled];
    expect(policy.actions.filter((action) => !known.includes(action))).toEqual([]);
  });
});

describe.each(parts)('plan-policy$suffix', ({ suffix, calls, names, uncalled, unplanned }) => {
  const policy = IamPolicy.read([`plan-policy${suffix}`]);
  // A plan without a lock does not read the lock file.
  const reads = calls.filter(
    ([, operation]) => isRead(operation) && !operation.endsWith('lock file') && !unplanned.includes(operation),
  );
  const requests = reads.flatMap(([service, operation]): readonly IamRequest[] =>
    requestsOf(service, operation, names),
  );

  test.each(reads)('allows %s %s on what the stacks have created', (service, operation) => {
    expect(requestsOf(service, operation, names).filter((request) => !policy.allows(request))).toEqual([]);
  });

  test('allows no other action than a plan calls, and so none that changes anything', () => {
    const known = [...requests.map(({ action }) => action), ...uncalled];
    expect(policy.actions.filter((action) => !known.includes(action) || !isRead(action))).toEqual([]);
  });
});

test('the policies of a role fit into the 10,240 characters that its inline policies can have', () => {
  const longest = { PROJECT: 'x'.repeat(36), 'STATE-BUCKET': 'x'.repeat(63) };
  for (const kind of ['plan', 'deploy']) {
    const inline = parts.filter(({ suffix }) => suffix !== '-edge' && suffix !== '-alarms');
    const all = inline.map(({ suffix }) => JSON.stringify(IamPolicy.read([`${kind}-policy${suffix}`], longest)));
    expect(all.join('').length).toBeLessThan(10_240);
  }
});

test('the policy of host names and web ACLs fits into the 6,144 characters of a managed policy', () => {
  const longest = { PROJECT: 'x'.repeat(36), 'LOGIN-HOST': 'x'.repeat(63), 'API-HOST': 'x'.repeat(63) };
  expect(JSON.stringify(IamPolicy.read(['deploy-policy-edge'], longest)).length).toBeLessThan(6144);
});

describe('the further permissions of the README', () => {
  const rows = [
    ...readFileSync('src/policies/README.md', 'utf8').matchAll(/^\| (`[\w.]+`(?:, `[\w.]+`)*) \| (.*?) \|/gm),
  ];
  const actionsOf = (setting: string) => {
    const [, , cell = ''] = rows.find(([, names]) => names?.includes(`\`${setting}\``)) ?? [];
    return [...cell.matchAll(/`([a-z0-9-]+:\w+)`/g)].map(([, action]) => action!);
  };

  test('are those of each setting that names a resource of the account', () => {
    const settings = Object.entries(productionSettings).flatMap(([name, value]): [string, unknown][] =>
      name === 'userPool' || name === 'restApi'
        ? Object.entries(value).map(([member, each]) => [`${name}.${member}`, each])
        : [[name, value]],
    );
    const named = settings.filter(([, value]) => /arn:|hostedZone|managed/.test(JSON.stringify(value)));
    expect(named.map(([setting]) => setting)).toEqual([
      'customDomain',
      'login',
      'userPool.email',
      'userPool.logKmsKeyArn',
      'restApi.customDomain',
      'restApi.logKmsKeyArn',
    ]);
    expect(named.filter(([setting]) => actionsOf(setting).length === 0)).toEqual([]);
  });

  test('of a custom domain of the API have all methods that a deploy calls', () => {
    const calls = Object.keys(apiGatewayCalls).filter((call) => call.includes(' /domainnames'));
    const methods = calls.map((call) => `apigateway:${call.split(' ')[0]!}`);
    // The last one sets its tags.
    expect(new Set(actionsOf('restApi.customDomain'))).toEqual(new Set([...methods, 'apigateway:PUT']));
  });
});
