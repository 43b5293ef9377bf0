import { readFileSync } from 'node:fs';

import { apiGatewayCalls, productionCallsByService, s3Calls } from './aws-calls';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/** A policy of this project, as IAM reads it: it has nothing but statements that allow. */
export class IamPolicy {
  private constructor(private readonly statements: readonly Statement[]) {}

  /** Reads policies that a role has together. */
  static read(...files: readonly string[]): IamPolicy {
    return new IamPolicy(
      files.flatMap(
        (file) => (JSON.parse(readFileSync(file, 'utf8')) as { Statement: readonly Statement[] }).Statement,
      ),
    );
  }

  get actions(): string[] {
    return this.statements.flatMap(({ Action }) => Action);
  }

  statementsOf(action: string): Statement[] {
    return this.statements.filter(({ Action }) => [Action].flat().includes(action));
  }

  allows(action: string, resource: string): boolean {
    return this.statementsOf(action).some(({ Resource }) =>
      [Resource].flat().some((pattern) => patternOf(pattern).test(resource)),
    );
  }

  /** Whether a role with this policy can call an operation. AWS answers GetCallerIdentity without a permission. */
  allowsCall(call: string): boolean {
    return call === 'GetCallerIdentity' || this.allows(...permissionFor(call));
  }
}

/** Reads the resource of a statement, in which * is any text. */
function patternOf(resource: string): RegExp {
  return new RegExp(`^${resource.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}

/** Operations without a resource, so that a statement about them must be about all. */
const withoutResource = ['CreateUserPool', 'DescribeUserPoolDomain'];

/** What IAM asks a policy about a call: API Gateway's actions are verbs, and its resources paths. */
function permissionFor(call: string): readonly [action: string, resource: string] {
  const [verb, path] = requestOf(call, apiGatewayCalls);
  if (verb !== undefined && path !== undefined) {
    return [`apigateway:${verb}`, `arn:aws:apigateway:eu-central-1::${path.replaceAll('*', 'a1b2')}`];
  }
  const [method, end] = requestOf(call, s3Calls);
  if (method !== undefined && end !== undefined) {
    const key = { bucket: '', '.tfstate': '/prefix/Stack.tfstate', '.tflock': '/prefix/Stack.tfstate.tflock' }[end]!;
    const action = { HeadObject: 'GetObject', ListObjectsV2: 'ListBucket' }[call] ?? call.split(' ')[0]!;
    return [`s3:${action}`, `arn:aws:s3:::STATE-BUCKET${key}`];
  }
  if (productionCallsByService.logs.includes(call)) {
    const logGroup = 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/apigateway/awesome-api/prod';
    return [`logs:${call}`, call === 'DescribeLogGroups' ? '*' : logGroup];
  }
  if (productionCallsByService.iam.includes(call)) {
    return [`iam:${call}`, 'arn:aws:iam::111122223333:role/rest-api/api-gateway-logs-2026'];
  }
  const userPool = 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_a1b2';
  return [`cognito-idp:${call}`, withoutResource.includes(call) ? '*' : userPool];
}

/** Returns verb and path of an operation, when it is in the table. */
function requestOf(call: string, calls: Readonly<Record<string, string>>): string[] {
  return (
    Object.entries(calls)
      .find(([, name]) => name === call)?.[0]
      .split(' ') ?? []
  );
}
