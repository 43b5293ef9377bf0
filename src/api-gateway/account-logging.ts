import { ApiGatewayAccount } from '@cdktf/provider-aws/lib/api-gateway-account';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';

import { AwsStack } from '../stack/aws-stack';
import { assumeRolePolicy, rolePath } from '../stack/iam-policy';

/**
 * The role with which API Gateway writes the logs of all APIs of the account in the region.
 *
 * An account has one such role in each region: a deploy replaces it, and a destroy removes it for all APIs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class AccountLogging extends Construct {
  readonly account: ApiGatewayAccount;
  readonly role: IamRole;
  readonly rolePolicy: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new IamRole(this, 'role', {
      // Roles are global: two regions must not use one name. Terraform completes the prefix.
      namePrefix: 'api-gateway-logs-',
      path: rolePath,
      assumeRolePolicy: assumeRolePolicy('apigateway.amazonaws.com'),
    });
    this.rolePolicy = new IamRolePolicyAttachment(this.role, 'Default', {
      role: this.role.name,
      policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    });
    this.account = new ApiGatewayAccount(this, 'Default', {
      cloudwatchRoleArn: this.role.arn,
      // API Gateway rejects a role that cannot write logs.
      dependsOn: [this.rolePolicy],
    });
    Annotations.of(this).addWarning(
      `manageAccountLogging sets the CloudWatch role of API Gateway for all APIs of the account in ${AwsStack.find(this)?.region ?? 'the region'}: ` +
        'a deploy replaces the current role, and a destroy stops the logs of all these APIs. ' +
        'Set it in one stack of the account and region only.',
    );
  }
}
