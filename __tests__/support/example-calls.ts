import { apiGatewayCalls, route53Calls, s3Calls } from './aws-calls';
import { type AwsCall, IamAccount, type IamRequest } from './iam-request';

/** What the tests replace PROJECT with: the name of the API, and the value of the tag `project`. */
export const project = 'awesome-api';
export const region = 'eu-central-1';
export const userPoolId = 'eu-central-1_a1b2';
export const boundary = `arn:aws:iam::123456789012:policy/${project}-boundary`;
export const logsPolicy = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

const tags = { project, team: 'identity' };
const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const functionName = `${project}-orders_GET`;
const createdRole = {
  Path: '/rest-api/',
  PermissionsBoundary: boundary,
  'Tags.member.1.Key': 'project',
  'Tags.member.1.Value': project,
};

/** The names that the stacks give to what a part of them creates. */
export interface Names {
  readonly role: string;
  readonly logGroups: readonly string[];
}

export const certificateArn = `arn:aws:acm:${region}:123456789012:certificate/11111111-2222-3333-4444-555555555555`;
export const webAclArn = `arn:aws:wafv2:${region}:123456789012:regional/webacl/${project}-login/a1b2`;
const protectedArn = `arn:aws:cognito-idp:${region}:123456789012:userpool/${userPoolId}`;
export const hostedZoneId = 'Z0123456789ABCDEFGHIJ';

export const functionNames: Names = {
  role: `${project}-orders_GET-2026`,
  logGroups: [`/aws/lambda/${project}-orders_GET`],
};

export const loggingNames: Names = {
  role: 'api-gateway-logs-2026',
  logGroups: [`/aws/apigateway/${project}/prod`, 'API-Gateway-Execution-Logs_a1b2/prod'],
};

export const edgeNames: Names = { role: loggingNames.role, logGroups: [`aws-waf-logs-${project}-login`] };

/** Operations for which the account does not have the resource yet. */
const creating = [
  'CreateUserPool',
  'CreateRestApi',
  'CreateFunction',
  'CreateRole',
  'CreateLogGroup',
  'RequestCertificate',
  'CreateWebACL',
];

/** Where the secret of an identity provider is. */
const secretPath = `/${project}/identity-providers/Corp`;

/** An account that has the resources of the stacks, with the tags and the boundary of the settings. */
export function deployedAccount(): IamAccount {
  const account = new IamAccount();
  account.learn(
    call('cognito-idp', 'CreateUserPool', { UserPoolTags: tags }),
    JSON.stringify({ UserPool: { Arn: `arn:aws:cognito-idp:${region}:123456789012:userpool/${userPoolId}` } }),
  );
  account.learn(call('apigateway', 'CreateRestApi', { tags }), JSON.stringify({ id: 'a1b2' }));
  account.learn(call('lambda', 'CreateFunction', { FunctionName: functionName, Tags: tags }), '');
  account.learn(
    call('acm', 'RequestCertificate', { Tags: tagList }),
    JSON.stringify({ CertificateArn: certificateArn }),
  );
  account.learn(call('wafv2', 'CreateWebACL', { Tags: tagList }), JSON.stringify({ Summary: { ARN: webAclArn } }));
  for (const { role, logGroups } of [functionNames, loggingNames, edgeNames]) {
    account.learn(call('iam', 'CreateRole', { RoleName: role, ...createdRole }), '');
    for (const logGroupName of logGroups) {
      account.learn(call('logs', 'CreateLogGroup', { logGroupName, tags }), '');
    }
  }
  return account;
}

/** Lists the permissions that an operation needs, with the tags and the boundary of the settings. */
export function requestsOf(service: string, operation: string, names = functionNames): IamRequest[] {
  const account = creating.includes(operation) ? new IamAccount() : deployedAccount();
  return callsOf(service, operation, names).flatMap((each) => account.requestsOf(each));
}

function callsOf(service: string, operation: string, { role, logGroups }: Names): AwsCall[] {
  const roleArn = `arn:aws:iam::123456789012:role/rest-api/${role}`;
  switch (service) {
    case 'cognito-idp': {
      const parameters = { DescribeUserPoolDomain: {}, CreateUserPool: { UserPoolTags: tags } }[operation];
      return [call(service, operation, parameters ?? { UserPoolId: userPoolId })];
    }
    case 'apigateway': {
      const [method, path] = keyOf(apiGatewayCalls, operation);
      const patchOperations = [{ path: '/cloudwatchRoleArn', value: roleArn }];
      const parameters = {
        UpdateAccount: { patchOperations },
        CreateRestApi: { tags },
        CreateStage: { tags },
        CreateDomainName: { tags },
      }[operation];
      return [
        {
          ...call(service, operation, parameters),
          method,
          path: path.replace('domainnames/*', 'domainnames/api.example.com').replaceAll('*', 'a1b2'),
        },
      ];
    }
    case 'lambda': {
      const parameters = {
        AddPermission: { Principal: 'apigateway.amazonaws.com' },
        CreateFunction: { Role: roleArn, Tags: tags },
      }[operation];
      return [call(service, operation, { FunctionName: functionName, ...parameters })];
    }
    case 'iam': {
      const attached = { PolicyArn: logsPolicy };
      const parameters = { CreateRole: createdRole, AttachRolePolicy: attached, DetachRolePolicy: attached }[operation];
      return [call(service, operation, { RoleName: role, ...parameters })];
    }
    case 'logs':
      return logGroups.map((logGroupName) =>
        call(service, operation, { logGroupName, ...(operation === 'CreateLogGroup' && { tags }) }),
      );
    case 'ssm':
      return [call(service, operation, { Name: `arn:aws:ssm:${region}:123456789012:parameter${secretPath}` })];
    case 'secretsmanager': {
      const SecretId = `arn:aws:secretsmanager:${region}:123456789012:secret:${secretPath.slice(1)}-AbCdEf`;
      return [call(service, operation, { SecretId })];
    }
    case 'monitoring':
      return [
        call(
          service,
          operation,
          operation.includes('Dashboard')
            ? { DashboardName: `${project}-${region}` }
            : { AlarmName: `${project}-latency` },
        ),
      ];
    case 'sns':
      return [call(service, operation, { Name: `${project}-alarms` })];
    case 'wafv2': {
      const webAcl = { WebACLArn: webAclArn, ResourceArn: protectedArn };
      const logging = { ResourceARN: webAclArn };
      const named = { Name: `${project}-login`, Id: 'a1b2' };
      const parameters = {
        AssociateWebACL: webAcl,
        DisassociateWebACL: { ResourceArn: protectedArn },
        GetWebACLForResource: { ResourceArn: protectedArn },
        PutLoggingConfiguration: { LoggingConfiguration: { ResourceArn: webAclArn } },
        GetLoggingConfiguration: logging,
        DeleteLoggingConfiguration: logging,
        ListTagsForResource: logging,
        CreateWebACL: { Name: named.Name, Tags: tagList },
      }[operation];
      const stage = { ResourceArn: `arn:aws:apigateway:${region}::/restapis/a1b2/stages/prod` };
      return [
        call(service, operation, parameters ?? named),
        ...(operation === 'AssociateWebACL' ? [call(service, operation, { ...webAcl, ...stage })] : []),
      ];
    }
    case 'acm':
      return [
        call(
          service,
          operation,
          operation === 'RequestCertificate' ? { Tags: tagList } : { CertificateArn: certificateArn },
        ),
      ];
    case 'route53': {
      const [method, path] = keyOf(route53Calls, operation);
      const records = ['login.example.com', '_a1b2.api.example.com'].map((name) => ({ name, type: 'CNAME' }));
      const parameters = operation === 'ChangeResourceRecordSets' ? { records } : {};
      return [{ ...call(service, operation, parameters), method, path: path.replace('*', hostedZoneId) }];
    }
    case 's3': {
      const [, end] = keyOf(s3Calls, operation);
      const key = { '.tfstate': `${project}/Stack.tfstate`, '.tflock': `${project}/Stack.tfstate.tflock` }[end] ?? '';
      // Terraform lists the workspaces.
      const parameters = operation === 'ListObjectsV2' ? { prefix: 'env:/' } : {};
      return [{ ...call(service, operation, parameters), path: `/my-company-terraform-states/${key}` }];
    }
    default:
      return [];
  }
}

function call(service: string, operation: string, parameters: AwsCall['parameters'] = {}): AwsCall {
  return { service, region, operation, method: 'POST', path: '/', parameters };
}

function keyOf(calls: Readonly<Record<string, string>>, operation: string): [string, string] {
  return Object.entries(calls)
    .find(([, name]) => name === operation)![0]
    .split(' ') as [string, string];
}
