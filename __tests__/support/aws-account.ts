import { randomUUID } from 'node:crypto';

import {
  APIGatewayClient,
  DeleteMethodCommand,
  GetAuthorizersCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetGatewayResponsesCommand,
  GetMethodCommand,
  type GetMethodCommandOutput,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStagesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  ListIdentityProvidersCommand,
  ListResourceServersCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';

/** Reads through the AWS SDK what an AWS API holds, and changes it past terraform. */
export class AwsAccount {
  private readonly cognito: CognitoIdentityProviderClient;
  private readonly apiGateway: APIGatewayClient;

  constructor(private readonly endpoint: string) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const configuration = { endpoint, region: 'us-east-1', credentials };
    this.cognito = new CognitoIdentityProviderClient(configuration);
    this.apiGateway = new APIGatewayClient(configuration);
  }

  async userPools() {
    const { UserPools = [] } = await this.cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }));
    return Promise.all(UserPools.map(({ Id }) => this.userPool(Id!)));
  }

  async restApis() {
    const { items = [] } = await this.apiGateway.send(new GetRestApisCommand());
    return Promise.all(items.map(async (restApi) => ({ restApi, ...(await this.contentsOf(restApi.id!)) })));
  }

  /** Creates a user pool by hand, and returns its ARN. */
  async createUserPool(name: string): Promise<string> {
    const { UserPool } = await this.cognito.send(new CreateUserPoolCommand({ PoolName: name }));
    return UserPool!.Arn!;
  }

  async createBucket(name: string): Promise<void> {
    await fetch(`${this.endpoint}/${name}`, { method: 'PUT' });
  }

  /** Lists the keys in a bucket. */
  async objects(bucket: string): Promise<string[]> {
    const list = await (await fetch(`${this.endpoint}/${bucket}?list-type=2`)).text();
    return [...list.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key!);
  }

  /** Creates a public hosted zone by hand, and returns its ID. */
  async createHostedZone(name: string): Promise<string> {
    const xml = await this.route53(
      'hostedzone',
      `<CreateHostedZoneRequest><Name>${name}</Name><CallerReference>${name}</CallerReference></CreateHostedZoneRequest>`,
    );
    return valuesOf(xml, 'Id')[0]!.split('/').at(-1)!;
  }

  /** Creates or deletes an A record by hand. */
  async changeRecord(zoneId: string, action: 'CREATE' | 'DELETE', name: string): Promise<void> {
    const record = `<ResourceRecordSet><Name>${name}</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>`;
    await this.route53(
      `hostedzone/${zoneId}/rrset`,
      `<ChangeResourceRecordSetsRequest><ChangeBatch><Changes><Change><Action>${action}</Action>${record}</Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`,
    );
  }

  /** Lists the records of a hosted zone: `A login.example.com`. */
  async recordsOf(zoneId: string): Promise<string[]> {
    const xml = await this.route53(`hostedzone/${zoneId}/rrset`);
    const names = xml.matchAll(/<ResourceRecordSet>\s*<Name>([^<]*)\.<\/Name>\s*<Type>(\w+)<\/Type>/g);
    return Array.from(names, ([, name, type]) => `${type!} ${name!}`).sort();
  }

  /** Lists the names of the certificates in a region. */
  async certificates(region: string): Promise<string[]> {
    const { CertificateSummaryList } = (await this.target(
      'acm',
      'CertificateManager.ListCertificates',
      {},
      region,
    )) as {
      CertificateSummaryList: readonly { readonly DomainName: string }[];
    };
    return CertificateSummaryList.map(({ DomainName }) => DomainName);
  }

  /** Lists the alarms and dashboards in a region, and who is subscribed to topics. */
  async alarms(region: string) {
    const call = async (service: string, query: string, name: string) =>
      valuesOf(await this.query(service, query, region), name).sort();
    return {
      alarms: await call('monitoring', 'Action=DescribeAlarms&Version=2010-08-01', 'AlarmName'),
      dashboards: await call('monitoring', 'Action=ListDashboards&Version=2010-08-01', 'DashboardName'),
      subscribers: await call('sns', 'Action=ListSubscriptions&Version=2010-03-31', 'Endpoint'),
    };
  }

  /** Lists the web ACLs in a region. */
  async webAcls(region: string) {
    const { WebACLs } = (await this.target('wafv2', 'AWSWAF_20190729.ListWebACLs', { Scope: 'REGIONAL' }, region)) as {
      WebACLs: readonly { readonly Name: string; readonly Id: string; readonly ARN: string }[];
    };
    return WebACLs;
  }

  /** Reads a web ACL with its log and the ARNs of what it protects. */
  async webAcl(name: string, region: string) {
    const call = (operation: string, parameters: object) =>
      this.target('wafv2', `AWSWAF_20190729.${operation}`, parameters, region);
    const { Id, ARN } = (await this.webAcls(region)).find(({ Name }) => Name === name)!;
    const { WebACL } = (await call('GetWebACL', { Name: name, Id, Scope: 'REGIONAL' })) as {
      WebACL: { readonly Rules: readonly Readonly<Record<string, unknown>>[] };
    };
    const { LoggingConfiguration } = (await call('GetLoggingConfiguration', { ResourceArn: ARN })) as {
      LoggingConfiguration: { readonly LogDestinationConfigs: readonly string[] };
    };
    return { webAcl: WebACL, logging: LoggingConfiguration };
  }

  /** Calls an operation of a service that names it in a header. */
  private target(service: string, operation: string, parameters: object, region: string): Promise<unknown> {
    return this.ask(service, 'POST /', JSON.stringify(parameters), {
      Authorization: authorization(service, region),
      'X-Amz-Target': operation,
      'Content-Type': 'application/x-amz-json-1.1',
    });
  }

  private async route53(path: string, body?: string): Promise<string> {
    const headers = { Authorization: authorization('route53') };
    const response = await fetch(`${this.endpoint}/2013-04-01/${path}`, {
      headers,
      ...(body !== undefined && { method: 'POST', body }),
    });
    return response.text();
  }

  /** Changes a stage by hand, as somebody does in the console. */
  async describeStage(restApiId: string, description: string): Promise<void> {
    const patchOperations = [{ op: 'replace' as const, path: '/description', value: description }];
    await this.apiGateway.send(new UpdateStageCommand({ restApiId, stageName: 'prod', patchOperations }));
  }

  /** Lists the methods that the stage serves: those in the snapshot, not in the configuration. */
  async servedMethods(restApiId: string): Promise<string[]> {
    const { item: [stage] = [] } = await this.apiGateway.send(new GetStagesCommand({ restApiId }));
    const { apiSummary = {} } = await this.apiGateway.send(
      new GetDeploymentCommand({ restApiId, deploymentId: stage!.deploymentId!, embed: ['apisummary'] }),
    );
    return Object.entries(apiSummary)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .sort();
  }

  /** Adds an open method to the root of an API by hand, as somebody does in the console, or deletes it. */
  async openMethod(restApiId: string, httpMethod: string, isWanted = true): Promise<void> {
    const { items = [] } = await this.apiGateway.send(new GetResourcesCommand({ restApiId }));
    const method = { restApiId, resourceId: items.find(({ path }) => path === '/')!.id!, httpMethod };
    if (isWanted) {
      await this.apiGateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
      await this.apiGateway.send(new PutIntegrationCommand({ ...method, type: 'MOCK' }));
    } else {
      await this.apiGateway.send(new DeleteMethodCommand(method));
    }
  }

  /** Reads a function with its role, its log group, and the only statement of its policy. */
  async lambda(name: string) {
    const { Configuration: configuration } = (await this.ask('lambda', `GET /2015-03-31/functions/${name}`)) as {
      Configuration: Readonly<Record<string, unknown>>;
    };
    const { Policy } = (await this.ask('lambda', `GET /2015-03-31/functions/${name}/policy`)) as { Policy: string };
    const { Statement } = JSON.parse(Policy) as { Statement: readonly object[] };
    const roleName = String(configuration.Role).split('/').at(-1)!;
    const role = await this.iam(`Action=GetRole&RoleName=${roleName}`);
    const [policyName] = valuesOf(await this.iam(`Action=ListRolePolicies&RoleName=${roleName}`), 'member');
    const policy = await this.iam(`Action=GetRolePolicy&RoleName=${roleName}&PolicyName=${policyName!}`);
    const [logGroup] = await this.logGroups();
    return {
      configuration,
      permission: Statement[0],
      logGroup,
      role: {
        path: valuesOf(role, 'Path')[0],
        service: /"Service": ?"([^"]+)"/.exec(decodeURIComponent(valuesOf(role, 'AssumeRolePolicyDocument')[0]!))?.[1],
        statements: (JSON.parse(decodeURIComponent(valuesOf(policy, 'PolicyDocument')[0]!)) as { Statement: unknown })
          .Statement,
      },
    };
  }

  /** Counts what functions leave behind when they are not deleted with all that is theirs. */
  async lambdaCensus() {
    const { Functions } = (await this.ask('lambda', 'GET /2015-03-31/functions/')) as { Functions: unknown[] };
    const roles = valuesOf(await this.iam('Action=ListRoles'), 'RoleName');
    return { functions: Functions.length, roles: roles.length, logGroups: (await this.logGroups()).length };
  }

  /** Creates a parameter and a secret, and returns their ARNs. */
  async createSecrets(name: string, value: string): Promise<{ parameter: string; secret: string }> {
    const json = (target: string) => ({ 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.1' });
    const parameter = JSON.stringify({ Name: `/${name}`, Value: value, Type: 'SecureString' });
    await this.ask('ssm', 'POST /', parameter, json('AmazonSSM.PutParameter'));
    const body = JSON.stringify({ Name: name, SecretString: value, ClientRequestToken: randomUUID() });
    const secret = await this.ask('secretsmanager', 'POST /', body, json('secretsmanager.CreateSecret'));
    return {
      parameter: `arn:aws:ssm:us-east-1:123456789012:parameter/${name}`,
      secret: (secret as { ARN: string }).ARN,
    };
  }

  /** Reads all log groups. */
  async logGroups() {
    const { logGroups } = (await this.ask('logs', 'POST /', '{}', {
      'X-Amz-Target': 'Logs_20140328.DescribeLogGroups',
      'Content-Type': 'application/x-amz-json-1.1',
    })) as { logGroups: readonly { readonly logGroupName: string; readonly retentionInDays: number }[] };
    return logGroups;
  }

  private iam(query: string): Promise<string> {
    return this.query('iam', `${query}&Version=2010-05-08`);
  }

  /** Calls an operation of a service whose parameters are a form. */
  private async query(service: string, body: string, region?: string): Promise<string> {
    const headers = {
      Authorization: authorization(service, region),
      'Content-Type': 'application/x-www-form-urlencoded',
    };
    return (await fetch(this.endpoint, { method: 'POST', headers, body })).text();
  }

  private async ask(service: string, call: string, body?: string, headers = {}): Promise<unknown> {
    const [method, path] = call.split(' ') as [string, string];
    const response = await fetch(this.endpoint + path, {
      method,
      headers: { Authorization: authorization(service), ...headers },
      ...(body !== undefined && { body }),
    });
    return response.json();
  }

  /** Counts the resources, by Terraform's types. */
  async census(): Promise<Record<string, number>> {
    const [userPools, restApis] = await Promise.all([this.userPools(), this.restApis()]);
    const methods = restApis.flatMap((api) => [...api.methods.values()]);
    const integrations = methods.flatMap(({ methodIntegration }) => methodIntegration ?? []);
    const found = {
      aws_cognito_user_pool: userPools,
      aws_cognito_resource_server: userPools.flatMap(({ resourceServers }) => resourceServers),
      aws_cognito_user_pool_client: userPools.flatMap(({ clients }) => clients),
      aws_cognito_user_pool_domain: userPools.flatMap(({ userPool }) => userPool.Domain ?? []),
      aws_api_gateway_rest_api: restApis,
      aws_api_gateway_resource: restApis.flatMap(({ paths }) => paths.filter((path) => path !== '/')),
      aws_api_gateway_method: methods,
      aws_api_gateway_method_response: methods.flatMap((method) => Object.keys(method.methodResponses ?? {})),
      aws_api_gateway_integration: integrations,
      aws_api_gateway_integration_response: integrations.flatMap((integration) =>
        Object.keys(integration.integrationResponses ?? {}),
      ),
      aws_api_gateway_authorizer: restApis.flatMap(({ authorizers }) => authorizers),
      aws_api_gateway_gateway_response: restApis.flatMap(({ gatewayResponses }) => gatewayResponses),
      aws_api_gateway_deployment: restApis.flatMap(({ deployments }) => deployments),
      aws_api_gateway_stage: restApis.flatMap(({ stages }) => stages),
    };
    return Object.fromEntries(
      Object.entries(found).flatMap(([type, { length }]) => (length > 0 ? [[type, length]] : [])),
    );
  }

  private async userPool(id: string) {
    const pool = { UserPoolId: id };
    const [
      { UserPool },
      { MfaConfiguration, SoftwareTokenMfaConfiguration },
      { ResourceServers = [] },
      { UserPoolClients = [] },
      { Providers = [] },
    ] = await Promise.all([
      this.cognito.send(new DescribeUserPoolCommand(pool)),
      this.cognito.send(new GetUserPoolMfaConfigCommand(pool)),
      this.cognito.send(new ListResourceServersCommand({ ...pool, MaxResults: 50 })),
      this.cognito.send(new ListUserPoolClientsCommand({ ...pool, MaxResults: 60 })),
      this.cognito.send(new ListIdentityProvidersCommand({ ...pool, MaxResults: 60 })),
    ]);
    const clients = await Promise.all(
      UserPoolClients.map(({ ClientId }) =>
        this.cognito.send(new DescribeUserPoolClientCommand({ ...pool, ClientId: ClientId! })),
      ),
    );
    const identityProviders = await Promise.all(
      Providers.map(({ ProviderName }) => ProviderName!)
        .sort()
        .map((ProviderName) => this.cognito.send(new DescribeIdentityProviderCommand({ ...pool, ProviderName }))),
    );
    return {
      userPool: UserPool!,
      mfa: { MfaConfiguration, SoftwareTokenMfaConfiguration },
      resourceServers: ResourceServers,
      clients: clients.map(({ UserPoolClient }) => UserPoolClient!),
      identityProviders: identityProviders.map(({ IdentityProvider }) => IdentityProvider!),
    };
  }

  private async contentsOf(restApiId: string) {
    const [resources, authorizers, gatewayResponses, deployments, stages] = await Promise.all([
      this.apiGateway.send(new GetResourcesCommand({ restApiId, embed: ['methods'] })),
      this.apiGateway.send(new GetAuthorizersCommand({ restApiId })),
      this.apiGateway.send(new GetGatewayResponsesCommand({ restApiId })),
      this.apiGateway.send(new GetDeploymentsCommand({ restApiId })),
      this.apiGateway.send(new GetStagesCommand({ restApiId })),
    ]);
    const methods = new Map<string, GetMethodCommandOutput>();
    for (const { id, path, resourceMethods = {} } of resources.items!) {
      for (const httpMethod of Object.keys(resourceMethods)) {
        const method = new GetMethodCommand({ restApiId, resourceId: id!, httpMethod });
        methods.set(`${httpMethod} ${path!}`, await this.apiGateway.send(method));
      }
    }
    return {
      paths: resources.items!.map(({ path }) => path!).sort(),
      methods,
      authorizers: authorizers.items!,
      gatewayResponses: gatewayResponses.items!.sort((one, other) =>
        one.responseType! < other.responseType! ? -1 : 1,
      ),
      deployments: deployments.items!,
      stages: stages.item!,
    };
  }
}

/** Writes the header by which the local AWS API tells one service from another; it looks at no signature. */
function authorization(service: string, region = 'us-east-1'): string {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** Lists the values of an element in an XML text. */
function valuesOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value]) => value!);
}
