/** What AWS asks IAM before it does something. */
export interface IamRequest {
  readonly action: string;
  /** ARN, or * for an action that has no resource. */
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** A call of an AWS API. */
export interface AwsCall {
  /** As in the names of its actions: `cognito-idp`. */
  readonly service: string;
  readonly region: string;
  /** By AWS's name; the method and the path of a call that is not known. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Tags = Readonly<Record<string, string>>;

const account = '123456789012';

/**
 * What IAM knows of the resources in an account: their tags, and the permissions boundaries of roles.
 *
 * A call can need several permissions, as to pass a role, or to tag what it creates.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export class IamAccount {
  private readonly tags = new Map<string, Tags>();
  private readonly roles = new Map<string, { readonly arn: string; readonly boundary: string | undefined }>();

  /**
   * Remembers what a call has created.
   *
   * @param response the body of the response
   */
  learn(call: AwsCall, response: string): void {
    const { operation, parameters } = call;
    if (operation === 'CreateUserPool') {
      const { UserPool } = JSON.parse(response) as { UserPool: { Arn: string } };
      this.tags.set(UserPool.Arn, (parameters.UserPoolTags ?? {}) as Tags);
    } else if (operation === 'CreateRestApi') {
      const { id } = JSON.parse(response) as { id: string };
      this.tags.set(`/restapis/${id}`, (parameters.tags ?? {}) as Tags);
    } else if (operation === 'CreateFunction') {
      this.tags.set(functionArn(call), (parameters.Tags ?? {}) as Tags);
    } else if (operation === 'CreateLogGroup') {
      this.tags.set(logGroupArn(call), (parameters.tags ?? {}) as Tags);
    } else if (operation === 'RequestCertificate') {
      const { CertificateArn } = JSON.parse(response) as { CertificateArn: string };
      this.tags.set(CertificateArn, tagsIn(parameters.Tags));
    } else if (operation === 'CreateWebACL') {
      const { Summary } = JSON.parse(response) as { Summary: { ARN: string } };
      this.tags.set(Summary.ARN, tagsIn(parameters.Tags));
    } else if (operation === 'CreateRole') {
      const { RoleName, PermissionsBoundary } = parameters as Record<string, string | undefined>;
      const arn = this.roleArn(call);
      this.roles.set(RoleName!, { arn, boundary: PermissionsBoundary });
      this.tags.set(arn, formTags(parameters));
    }
  }

  /** Lists the permissions that a call needs. */
  requestsOf(call: AwsCall): IamRequest[] {
    const requests = requestsByService[call.service];
    if (!requests) {
      throw new Error(`the tests do not know the permissions of ${call.service}`);
    }
    return requests(call, this);
  }

  /** The tags of a resource, as a condition sees them. The resources of a REST API have those of the API. */
  contextOf(resource: string): Record<string, string> {
    const restApi = /:(\/restapis\/[^/]+)/.exec(resource)?.[1];
    return prefixed('aws:ResourceTag/', this.tags.get(restApi ?? resource) ?? {});
  }

  roleArn({ parameters }: AwsCall): string {
    const { RoleName, Path = '/' } = parameters as Record<string, string>;
    return this.roles.get(RoleName!)?.arn ?? `arn:aws:iam::${account}:role${Path}${RoleName!}`;
  }

  boundaryOf({ operation, parameters }: AwsCall): Record<string, string> {
    const { RoleName, PermissionsBoundary } = parameters as Record<string, string>;
    const boundary = operation === 'CreateRole' ? PermissionsBoundary : this.roles.get(RoleName!)?.boundary;
    return boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
  }
}

type Requests = (call: AwsCall, account: IamAccount) => IamRequest[];

const requestsByService: Readonly<Record<string, Requests>> = {
  // AWS allows GetCallerIdentity without a permission.
  sts: () => [],
  'cognito-idp': ({ operation, region, parameters }, known) => {
    const { UserPoolId, ResourceArn, UserPoolTags, Tags, TagKeys } = parameters as Record<string, string> & {
      readonly UserPoolTags?: Tags;
      readonly Tags?: Tags;
    };
    const pool = UserPoolId === undefined ? '*' : `arn:aws:cognito-idp:${region}:${account}:userpool/${UserPoolId}`;
    const resource = ResourceArn ?? pool;
    const context = { ...known.contextOf(resource), ...requestTags(UserPoolTags ?? Tags, TagKeys) };
    return [
      { action: `cognito-idp:${operation}`, resource, context },
      ...(operation === 'CreateUserPool' ? taggedOnCreate('cognito-idp:TagResource', '*', UserPoolTags) : []),
    ];
  },
  apigateway: ({ method, region, path, parameters }, known) => {
    const arn = (resource: string) => `arn:aws:apigateway:${region}::${resource}`;
    const tags = parameters.tags as Tags | undefined;
    const keys = parameters.tagKeys as string[] | undefined;
    const [, tagged] = /^\/tags\/(.*)/.exec(path) ?? [];
    if (tagged !== undefined) {
      return [
        { action: `apigateway:${method}`, resource: arn(tagsPath(tagged)), context: requestTags(tags, keys) },
        { action: 'apigateway:PATCH', resource: tagged, context: known.contextOf(tagged) },
      ];
    }
    const [role] = ((parameters.patchOperations ?? []) as { path: string; value: string }[]).filter(
      (operation) => operation.path === '/cloudwatchRoleArn' && operation.value !== '',
    );
    return [
      {
        action: `apigateway:${method}`,
        resource: arn(path),
        context: { ...known.contextOf(arn(path)), ...requestTags(tags) },
      },
      ...taggedOnCreate('apigateway:PUT', arn(tagsPath(arn(`${path}/*`))), tags),
      ...(role ? [passRole(role.value, 'apigateway.amazonaws.com')] : []),
    ];
  },
  lambda: (call, known) => {
    const { operation, parameters } = call;
    const { Principal, Role, Tags } = parameters as Record<string, string> & { readonly Tags?: Tags };
    const resource = functionArn(call);
    const context = {
      ...known.contextOf(resource),
      ...requestTags(Tags),
      ...(Principal !== undefined && { 'lambda:Principal': Principal }),
    };
    return [
      { action: `lambda:${operation}`, resource, context },
      ...(Role === undefined ? [] : [passRole(Role, 'lambda.amazonaws.com')]),
      ...(operation === 'CreateFunction' ? taggedOnCreate('lambda:TagResource', resource, Tags) : []),
    ];
  },
  iam: (call, known) => {
    const { operation, parameters } = call;
    const { PolicyArn } = parameters as Record<string, string>;
    const resource = known.roleArn(call);
    const tags = formTags(parameters);
    const context = {
      ...known.contextOf(resource),
      ...known.boundaryOf(call),
      ...(PolicyArn !== undefined && { 'iam:PolicyARN': PolicyArn }),
      ...requestTags(tags),
    };
    return [
      { action: `iam:${operation}`, resource, context },
      ...(operation === 'CreateRole' && Object.keys(tags).length > 0
        ? taggedOnCreate('iam:TagRole', resource, tags)
        : []),
    ];
  },
  logs: (call, known) => {
    const { operation, parameters } = call;
    const resource = operation === 'DescribeLogGroups' ? '*' : logGroupArn(call);
    const tags = parameters.tags as Tags | undefined;
    return [
      { action: `logs:${operation}`, resource, context: { ...known.contextOf(resource), ...requestTags(tags) } },
      ...(operation === 'CreateLogGroup' ? taggedOnCreate('logs:TagResource', resource, tags) : []),
    ];
  },
  ssm: ({ operation, parameters }) => [{ action: `ssm:${operation}`, resource: String(parameters.Name) }],
  secretsmanager: ({ operation, parameters }) => [
    { action: `secretsmanager:${operation}`, resource: String(parameters.SecretId) },
  ],
  acm: ({ operation, parameters }, known) => {
    const { CertificateArn: resource = '*' } = parameters as Record<string, string>;
    const tags = parameters.Tags === undefined ? undefined : tagsIn(parameters.Tags);
    return [
      { action: `acm:${operation}`, resource, context: { ...known.contextOf(resource), ...requestTags(tags) } },
      ...(operation === 'RequestCertificate' ? taggedOnCreate('acm:AddTagsToCertificate', '*', tags) : []),
    ];
  },
  route53: ({ operation, path, parameters }) => {
    const records = (parameters.records ?? []) as readonly { readonly name: string; readonly type: string }[];
    const [, resource] = /\/2013-04-01\/(?:tags\/)?(\w+\/[^/]+)/.exec(path) ?? [];
    const prefix = 'route53:ChangeResourceRecordSets';
    return [
      {
        action: `route53:${operation}`,
        resource: resource === undefined ? '*' : `arn:aws:route53:::${resource}`,
        ...(records.length > 0 && {
          context: {
            [`${prefix}NormalizedRecordNames`]: records.map(({ name }) => name),
            [`${prefix}RecordTypes`]: records.map(({ type }) => type),
          },
        }),
      },
    ];
  },
  // CloudWatch has another name in its signatures.
  monitoring: ({ operation, region, parameters }) => {
    const named = parameters as Record<string, string>;
    const first = (name: string) => [named[`${name}s`]].flat()[0] ?? named[`${name}s.member.1`] ?? named[name];
    const dashboard = first('DashboardName');
    const alarm = `arn:aws:cloudwatch:${region}:${account}:alarm:${first('AlarmName')!}`;
    const resource = dashboard ? `arn:aws:cloudwatch::${account}:dashboard/${dashboard}` : (named.ResourceARN ?? alarm);
    return [
      { action: `cloudwatch:${operation}`, resource },
      ...(operation === 'PutMetricAlarm' ? [{ action: 'cloudwatch:TagResource', resource }] : []),
    ];
  },
  sns: ({ operation, region, parameters }) => {
    const { Name, TopicArn, ResourceArn, SubscriptionArn } = parameters as Record<string, string | undefined>;
    const subscribed = SubscriptionArn?.replace(/:[^:]*$/, '');
    const resource = TopicArn ?? ResourceArn ?? subscribed ?? `arn:aws:sns:${region}:${account}:${Name!}`;
    return [
      { action: `sns:${operation}`, resource },
      ...(operation === 'CreateTopic' ? [{ action: 'sns:TagResource', resource }] : []),
    ];
  },
  wafv2: ({ operation, region, parameters }, known) => {
    const {
      Name,
      Id = '*',
      ARN,
      WebACLArn,
      ResourceArn,
      ResourceARN,
      LoggingConfiguration,
    } = parameters as Record<string, string | undefined> & {
      readonly LoggingConfiguration?: { readonly ResourceArn: string };
    };
    const arn = (resource: string) => `arn:aws:wafv2:${region}:${account}:regional/${resource}`;
    const webAcl =
      WebACLArn ?? ARN ?? ResourceARN ?? LoggingConfiguration?.ResourceArn ?? (Name && arn(`webacl/${Name}/${Id}`));
    const tags = parameters.Tags === undefined ? undefined : tagsIn(parameters.Tags);
    const context = requestTags(tags);
    const on = (action: string, resource: string): IamRequest => ({
      action,
      resource,
      context: { ...known.contextOf(resource), ...context },
    });
    // The user pool or the stage that it protects, and the managed rules that it has.
    const others = [
      ...(ResourceArn === undefined ? [] : [on(`wafv2:${operation}`, ResourceArn)]),
      ...(ResourceArn?.includes(':userpool/') ? [on(`cognito-idp:${operation}`, ResourceArn)] : []),
      ...(ResourceArn?.includes('/stages/') && operation !== 'GetWebACLForResource'
        ? [on('apigateway:SetWebACL', ResourceArn)]
        : []),
      ...(['CreateWebACL', 'UpdateWebACL'].includes(operation)
        ? [on(`wafv2:${operation}`, arn('managedruleset/AWS/AWSManagedRulesCommonRuleSet'))]
        : []),
    ];
    const logs = {
      PutLoggingConfiguration: [
        'CreateLogDelivery',
        'DescribeLogGroups',
        'DescribeResourcePolicies',
        'PutResourcePolicy',
      ],
      DeleteLoggingConfiguration: ['DeleteLogDelivery'],
    }[operation];
    return [
      ...(webAcl === undefined ? [] : [on(`wafv2:${operation}`, webAcl)]),
      ...others,
      ...(operation === 'CreateWebACL' ? taggedOnCreate('wafv2:TagResource', webAcl!, tags) : []),
      ...(logs ?? []).map((each) => ({ action: `logs:${each}`, resource: '*' })),
    ];
  },
  s3: ({ operation, path, parameters: { prefix } }) => {
    const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)/s.exec(path) ?? [];
    const listing = (prefixes: string | undefined): IamRequest => ({
      action: 's3:ListBucket',
      resource: `arn:aws:s3:::${bucket}`,
      context: prefixes === undefined ? {} : { 's3:prefix': prefixes },
    });
    if (operation === 'ListObjectsV2') {
      return [listing(prefix as string | undefined)];
    }
    const action = operation === 'HeadObject' ? 'GetObject' : operation.split(' ')[0]!;
    return [
      { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${key}` },
      // Without the permission to list the key, S3 does not say that an object is missing.
      ...(action === 'GetObject' ? [listing(key)] : []),
    ];
  },
};

function passRole(resource: string, service: string): IamRequest {
  return { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': service } };
}

/** A call that creates something with tags also needs the permission to tag it. */
function taggedOnCreate(action: string, resource: string, tags: Tags | undefined): IamRequest[] {
  return tags === undefined ? [] : [{ action, resource, context: requestTags(tags) }];
}

function requestTags(tags: Tags = {}, keys: string | readonly string[] = Object.keys(tags)) {
  return { ...prefixed('aws:RequestTag/', tags), ...(keys.length > 0 && { 'aws:TagKeys': keys }) };
}

/** Reads the tags of a call that has them as a list. */
function tagsIn(tags: unknown): Tags {
  return Object.fromEntries(
    ((tags ?? []) as readonly { readonly Key: string; readonly Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );
}

function prefixed(prefix: string, tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** Writes the path of a resource's tags as API Gateway authorizes it: with the ARN in one part of the path. */
function tagsPath(arn: string): string {
  return `/tags/${encodeURIComponent(arn)}`;
}

/** Reads the tags of a request of IAM, whose parameters are the fields of a form. */
function formTags(parameters: AwsCall['parameters']): Tags {
  const keys = Object.entries(parameters).filter(([field]) => /^Tags\.member\.\d+\.Key$/.test(field));
  return Object.fromEntries(
    keys.map(([field, key]) => [String(key), String(parameters[field.replace(/Key$/, 'Value')])]),
  );
}

function functionArn({ region, path, parameters }: AwsCall): string {
  const named = (parameters.FunctionName as string | undefined) ?? /\/(?:functions|tags)\/([^/]+)/.exec(path)![1]!;
  return `arn:aws:lambda:${region}:${account}:function:${named.split(':').at(-1)!}`;
}

function logGroupArn({ region, parameters }: AwsCall): string {
  const { logGroupName, resourceArn } = parameters as Record<string, string>;
  return resourceArn?.replace(/:\*$/, '') ?? `arn:aws:logs:${region}:${account}:log-group:${logGroupName!}`;
}
