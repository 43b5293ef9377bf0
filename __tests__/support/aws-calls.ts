import { extname } from 'node:path';

/**
 * API Gateway's operations, by HTTP method and path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 */
export const apiGatewayCalls = {
  'GET /account': 'GetAccount',
  'PATCH /account': 'UpdateAccount',
  'POST /restapis': 'CreateRestApi',
  'GET /restapis/*': 'GetRestApi',
  'PATCH /restapis/*': 'UpdateRestApi',
  'DELETE /restapis/*': 'DeleteRestApi',
  'GET /restapis/*/resources': 'GetResources',
  'POST /restapis/*/resources/*': 'CreateResource',
  'GET /restapis/*/resources/*': 'GetResource',
  'PATCH /restapis/*/resources/*': 'UpdateResource',
  'DELETE /restapis/*/resources/*': 'DeleteResource',
  'PUT /restapis/*/resources/*/methods/*': 'PutMethod',
  'GET /restapis/*/resources/*/methods/*': 'GetMethod',
  'PATCH /restapis/*/resources/*/methods/*': 'UpdateMethod',
  'DELETE /restapis/*/resources/*/methods/*': 'DeleteMethod',
  'PUT /restapis/*/resources/*/methods/*/responses/*': 'PutMethodResponse',
  'GET /restapis/*/resources/*/methods/*/responses/*': 'GetMethodResponse',
  'PATCH /restapis/*/resources/*/methods/*/responses/*': 'UpdateMethodResponse',
  'DELETE /restapis/*/resources/*/methods/*/responses/*': 'DeleteMethodResponse',
  'PUT /restapis/*/resources/*/methods/*/integration': 'PutIntegration',
  'GET /restapis/*/resources/*/methods/*/integration': 'GetIntegration',
  'PATCH /restapis/*/resources/*/methods/*/integration': 'UpdateIntegration',
  'DELETE /restapis/*/resources/*/methods/*/integration': 'DeleteIntegration',
  'PUT /restapis/*/resources/*/methods/*/integration/responses/*': 'PutIntegrationResponse',
  'GET /restapis/*/resources/*/methods/*/integration/responses/*': 'GetIntegrationResponse',
  'DELETE /restapis/*/resources/*/methods/*/integration/responses/*': 'DeleteIntegrationResponse',
  'POST /restapis/*/authorizers': 'CreateAuthorizer',
  'GET /restapis/*/authorizers/*': 'GetAuthorizer',
  'PATCH /restapis/*/authorizers/*': 'UpdateAuthorizer',
  'DELETE /restapis/*/authorizers/*': 'DeleteAuthorizer',
  'POST /restapis/*/models': 'CreateModel',
  'GET /restapis/*/models/*': 'GetModel',
  'PATCH /restapis/*/models/*': 'UpdateModel',
  'DELETE /restapis/*/models/*': 'DeleteModel',
  'POST /restapis/*/requestvalidators': 'CreateRequestValidator',
  'GET /restapis/*/requestvalidators/*': 'GetRequestValidator',
  'PATCH /restapis/*/requestvalidators/*': 'UpdateRequestValidator',
  'DELETE /restapis/*/requestvalidators/*': 'DeleteRequestValidator',
  'PUT /restapis/*/gatewayresponses/*': 'PutGatewayResponse',
  'GET /restapis/*/gatewayresponses/*': 'GetGatewayResponse',
  'DELETE /restapis/*/gatewayresponses/*': 'DeleteGatewayResponse',
  'POST /restapis/*/deployments': 'CreateDeployment',
  'GET /restapis/*/deployments/*': 'GetDeployment',
  'DELETE /restapis/*/deployments/*': 'DeleteDeployment',
  'POST /restapis/*/stages': 'CreateStage',
  'GET /restapis/*/stages/*': 'GetStage',
  'PATCH /restapis/*/stages/*': 'UpdateStage',
  'DELETE /restapis/*/stages/*': 'DeleteStage',
  'POST /domainnames': 'CreateDomainName',
  'GET /domainnames/*': 'GetDomainName',
  'PATCH /domainnames/*': 'UpdateDomainName',
  'DELETE /domainnames/*': 'DeleteDomainName',
  'POST /domainnames/*/basepathmappings': 'CreateBasePathMapping',
  'GET /domainnames/*/basepathmappings/*': 'GetBasePathMapping',
  'PATCH /domainnames/*/basepathmappings/*': 'UpdateBasePathMapping',
  'DELETE /domainnames/*/basepathmappings/*': 'DeleteBasePathMapping',
};

export function apiGatewayOperation(call: string): string | undefined {
  return operationOf(apiGatewayCalls, call);
}

/**
 * S3's operations on the state of a stack and its lock file, by HTTP method and the end of the path.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
 */
export const s3Calls = {
  'GET bucket': 'ListObjectsV2',
  'HEAD .tfstate': 'HeadObject',
  'GET .tfstate': 'GetObject',
  'PUT .tfstate': 'PutObject',
  'GET .tflock': 'GetObject of the lock file',
  'PUT .tflock': 'PutObject of the lock file',
  'DELETE .tflock': 'DeleteObject of the lock file',
};

export function s3Operation(method: string, path: string): string | undefined {
  return Object.entries(s3Calls).find(([call]) => call === `${method} ${extname(path) || 'bucket'}`)?.[1];
}

/**
 * Route 53's operations, by HTTP method and path.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html
 */
export const route53Calls = {
  'GET /2013-04-01/change/*': 'GetChange',
  'GET /2013-04-01/hostedzone': 'ListHostedZones',
  'GET /2013-04-01/hostedzone/*': 'GetHostedZone',
  'GET /2013-04-01/hostedzone/*/rrset': 'ListResourceRecordSets',
  'POST /2013-04-01/hostedzone/*/rrset': 'ChangeResourceRecordSets',
  'GET /2013-04-01/tags/hostedzone/*': 'ListTagsForResource',
};

export function route53Operation(call: string): string | undefined {
  return operationOf(route53Calls, call);
}

function operationOf(calls: Readonly<Record<string, string>>, call: string): string | undefined {
  return Object.entries(calls).find(([pattern]) =>
    new RegExp(`^${pattern.replaceAll('*', '[^/]+')}/?$`).test(call),
  )?.[1];
}

/** Every operation that the acceptance tests have recorded. */
export const awsCalls: readonly string[] = [
  'AddCustomAttributes',
  'CreateAuthorizer',
  'CreateDeployment',
  'CreateModel',
  'CreateRequestValidator',
  'CreateResource',
  'CreateResourceServer',
  'CreateRestApi',
  'CreateStage',
  'CreateUserPool',
  'CreateUserPoolClient',
  'CreateUserPoolDomain',
  'DeleteAuthorizer',
  'DeleteDeployment',
  'DeleteGatewayResponse',
  'DeleteIntegration',
  'DeleteIntegrationResponse',
  'DeleteMethod',
  'DeleteMethodResponse',
  'DeleteModel',
  'DeleteObject of the lock file',
  'DeleteRequestValidator',
  'DeleteResource',
  'DeleteResourceServer',
  'DeleteRestApi',
  'DeleteStage',
  'DeleteUserPool',
  'DeleteUserPoolClient',
  'DeleteUserPoolDomain',
  'DescribeResourceServer',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'DescribeUserPoolDomain',
  'GetAuthorizer',
  'GetCallerIdentity',
  'GetDeployment',
  'GetGatewayResponse',
  'GetIntegration',
  'GetIntegrationResponse',
  'GetMethod',
  'GetMethodResponse',
  'GetModel',
  'GetObject',
  'GetObject of the lock file',
  'GetRequestValidator',
  'GetResource',
  'GetResources',
  'GetRestApi',
  'GetStage',
  'GetUserPoolMfaConfig',
  'HeadObject',
  'ListObjectsV2',
  'PutGatewayResponse',
  'PutIntegration',
  'PutIntegrationResponse',
  'PutMethod',
  'PutMethodResponse',
  'PutObject',
  'PutObject of the lock file',
  'UpdateAuthorizer',
  'UpdateIntegration',
  'UpdateMethodResponse',
  'UpdateMethod',
  'UpdateModel',
  'UpdateRestApi',
  'UpdateStage',
  'UpdateUserPool',
  'UpdateUserPoolClient',
];

/**
 * Lambda's operations, by HTTP method and path.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
const lambdaCalls = {
  'POST /2015-03-31/functions': 'CreateFunction',
  'GET /2015-03-31/functions/*': 'GetFunction',
  'DELETE /2015-03-31/functions/*': 'DeleteFunction',
  'PUT /2015-03-31/functions/*/code': 'UpdateFunctionCode',
  'PUT /2015-03-31/functions/*/configuration': 'UpdateFunctionConfiguration',
  'GET /2015-03-31/functions/*/configuration': 'GetFunctionConfiguration',
  'GET /2015-03-31/functions/*/versions': 'ListVersionsByFunction',
  'GET /2015-03-31/functions/*/policy': 'GetPolicy',
  'POST /2015-03-31/functions/*/policy': 'AddPermission',
  'DELETE /2015-03-31/functions/*/policy/*': 'RemovePermission',
  'GET /2020-06-30/functions/*/code-signing-config': 'GetFunctionCodeSigningConfig',
};

export function lambdaOperation(call: string): string | undefined {
  return operationOf(lambdaCalls, call);
}

/** Every further operation that the acceptance tests have recorded for stacks with a Lambda function, by its service. */
export const lambdaCallsByService: Readonly<Record<'lambda' | 'iam' | 'logs', readonly string[]>> = {
  lambda: [
    'AddPermission',
    'CreateFunction',
    'DeleteFunction',
    'GetFunction',
    'GetFunctionCodeSigningConfig',
    'GetPolicy',
    'ListVersionsByFunction',
    'RemovePermission',
    'UpdateFunctionCode',
  ],
  iam: [
    'CreateRole',
    'DeleteRole',
    'DeleteRolePolicy',
    'GetRole',
    'GetRolePolicy',
    'ListAttachedRolePolicies',
    'ListInstanceProfilesForRole',
    'ListRolePolicies',
    'PutRolePolicy',
  ],
  logs: ['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'ListTagsForResource', 'PutRetentionPolicy'],
};

export const lambdaAwsCalls: readonly string[] = Object.values(lambdaCallsByService).flat();

/** Every further operation that the acceptance tests have recorded for the production settings, by its service. */
export const productionCallsByService: Readonly<
  Record<'cognito-idp' | 'apigateway' | 'iam' | 'logs', readonly string[]>
> = {
  'cognito-idp': ['CreateGroup', 'DeleteGroup', 'GetGroup', 'SetUserPoolMfaConfig'],
  apigateway: ['GetAccount', 'UpdateAccount'],
  iam: [
    'AttachRolePolicy',
    'CreateRole',
    'DeleteRole',
    'DetachRolePolicy',
    'GetRole',
    'ListAttachedRolePolicies',
    'ListInstanceProfilesForRole',
    'ListRolePolicies',
  ],
  logs: ['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'ListTagsForResource', 'PutRetentionPolicy'],
};

export const productionCalls: readonly string[] = Object.values(productionCallsByService).flat();

/** Every further operation that the acceptance tests have recorded for identity providers, by its service. */
export const identityProviderCallsByService: Readonly<
  Record<'cognito-idp' | 'ssm' | 'secretsmanager', readonly string[]>
> = {
  'cognito-idp': [
    'CreateIdentityProvider',
    'DeleteIdentityProvider',
    'DescribeIdentityProvider',
    'UpdateIdentityProvider',
  ],
  ssm: ['GetParameter'],
  secretsmanager: ['GetSecretValue'],
};

export const identityProviderCalls: readonly string[] = Object.values(identityProviderCallsByService).flat();

/** Every further operation that the acceptance tests have recorded for host names in a hosted zone and web ACLs, by its service. */
export const edgeCallsByService: Readonly<
  Record<'acm' | 'apigateway' | 'logs' | 'route53' | 'wafv2', readonly string[]>
> = {
  logs: ['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogGroups', 'ListTagsForResource', 'PutRetentionPolicy'],
  wafv2: [
    ...['AssociateWebACL', 'CreateWebACL', 'DeleteLoggingConfiguration', 'DeleteWebACL', 'DisassociateWebACL'],
    ...['GetLoggingConfiguration', 'GetWebACL', 'GetWebACLForResource', 'ListTagsForResource'],
    ...['PutLoggingConfiguration', 'UpdateWebACL'],
  ],
  apigateway: Object.entries(apiGatewayCalls).flatMap(([call, name]) => (call.includes(' /domainnames') ? [name] : [])),
  acm: ['DeleteCertificate', 'DescribeCertificate', 'ListTagsForCertificate', 'RequestCertificate'],
  route53: [...new Set(Object.values(route53Calls))],
};

export const edgeCalls: readonly string[] = Object.values(edgeCallsByService).flat();

/** Every further operation that the acceptance tests have recorded for alarms, by its service. */
export const alarmCallsByService: Readonly<Record<'monitoring' | 'sns', readonly string[]>> = {
  monitoring: [
    ...['DeleteAlarms', 'DeleteDashboards', 'DescribeAlarms', 'GetDashboard', 'ListTagsForResource', 'PutDashboard'],
    'PutMetricAlarm',
  ],
  sns: [
    ...['CreateTopic', 'DeleteTopic', 'GetSubscriptionAttributes', 'GetTopicAttributes', 'ListTagsForResource'],
    ...['SetTopicAttributes', 'Subscribe', 'Unsubscribe'],
  ],
};

export const alarmCalls: readonly string[] = Object.values(alarmCallsByService).flat();
