import { basename, dirname } from 'node:path';

import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction as LambdaFunctionResource } from '@cdktf/provider-aws/lib/lambda-function';
import { AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';

import { kmsKeyArnRule, parameterArn, secretArn } from '../rules/arn';
import { readProps } from '../rules/check';
import { charactersRule } from '../rules/rule';
import { assumeRolePolicy, policy, rolePath } from '../stack/iam-policy';
import { deletedLast } from '../stack/log-settings';
import { bundleHandler, functionHandler } from './lambda-bundle';
import { type LambdaProps, lambdaSettings } from './lambda-settings';
import { statementsOf } from './permissions';

const lambdaFunctionProps = lambdaSettings.extend({
  functionName: charactersRule('letters, digits, _ and -', { legal: /^[\w-]$/, max: 64 }),
  logKmsKeyArn: kmsKeyArnRule.optional(),
});

export interface LambdaFunctionProps extends LambdaProps {
  /**
   * Name of the function, 1 to 64 letters, digits and `-` `_`.
   *
   * @default - the ID of the construct
   */
  readonly functionName?: string | undefined;
  /**
   * ARN of the KMS key that encrypts its logs.
   *
   * @default - the encryption of CloudWatch
   */
  readonly logKmsKeyArn?: string | undefined;
  /**
   * Whether Terraform deletes the function only after what invokes it no longer does.
   *
   * @default false
   */
  readonly isDeletedLast?: boolean | undefined;
}

/** A Lambda function of one handler, with its role and its log group. */
export class LambdaFunction extends Construct {
  readonly function: LambdaFunctionResource;
  readonly role: IamRole;
  readonly rolePolicy: IamRolePolicy;
  readonly logGroup: CloudwatchLogGroup;

  /** @throws {BundleError} when the handler cannot be bundled */
  constructor(scope: Construct, id: string, given: LambdaFunctionProps) {
    super(scope, id);
    const props = readProps(this, lambdaFunctionProps, { ...given, functionName: given.functionName ?? id });
    const { functionName, environment } = props;

    // Lambda would create it with the first log, without an expiration; the role does not allow that.
    this.logGroup = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/lambda/${functionName}`,
      retentionInDays: props.logRetentionInDays,
      ...(props.logKmsKeyArn !== undefined && { kmsKeyId: props.logKmsKeyArn }),
    });

    this.role = new IamRole(this, 'role', {
      // Roles are global: two regions must not use one name. Terraform completes the prefix.
      namePrefix: `${functionName.slice(0, 37)}-`,
      path: rolePath,
      assumeRolePolicy: assumeRolePolicy('lambda.amazonaws.com'),
    });
    const arns = [...new Set(Object.values(environment))].sort();
    this.rolePolicy = new IamRolePolicy(this.role, 'Default', {
      role: this.role.id,
      policy: policy([
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: `${this.logGroup.arn}:*` },
        ...allow(
          'ssm:GetParameter',
          arns.filter((arn) => parameterArn.test(arn)),
        ),
        ...allow(
          'secretsmanager:GetSecretValue',
          arns.filter((arn) => secretArn.test(arn)),
        ),
        ...statementsOf(props.permissions),
      ]),
    });

    const { zipFile, sourceCodeHash } = bundleHandler(props);
    const code = new TerraformAsset(this, 'code', {
      path: zipFile,
      type: AssetType.FILE,
      assetHash: basename(dirname(zipFile)),
    });
    this.function = new LambdaFunctionResource(this, 'Default', {
      functionName,
      description: `Bundled from ${props.handler}`.slice(0, 256),
      role: this.role.arn,
      filename: code.path,
      sourceCodeHash,
      handler: functionHandler,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      memorySize: props.memorySize,
      timeout: props.timeout,
      ...(Object.keys(environment).length > 0 && { environment: { variables: environment } }),
      dependsOn: [this.logGroup, this.rolePolicy],
      ...(given.isDeletedLast && { lifecycle: deletedLast }),
    });
  }
}

/** Returns the statement that allows an action on resources, if there are any. */
function allow(action: string, [first, ...others]: readonly string[]): object[] {
  return first === undefined ? [] : [{ Action: action, Resource: others.length === 0 ? first : [first, ...others] }];
}
