import type { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Construct } from 'constructs';

import { LambdaFunction } from '../lambda/lambda-function';
import { longestTimeout, type TriggerFunction } from './trigger-settings';

export interface TriggerProps {
  /** Name of the function. */
  readonly functionName: string;
  /** The file of the handler, or all settings of the function. */
  readonly lambda: string | TriggerFunction;
  /**
   * ARN of the KMS key that encrypts its logs.
   *
   * @default - the encryption of CloudWatch
   */
  readonly logKmsKeyArn?: string | undefined;
}

/** The Lambda function of a trigger, which a user pool invokes. */
export class Trigger extends Construct {
  readonly function: LambdaFunction;

  /** @throws {BundleError} when the handler cannot be bundled */
  constructor(scope: Construct, id: string, { functionName, lambda, logKmsKeyArn }: TriggerProps) {
    super(scope, id);
    const settings = typeof lambda === 'string' ? { handler: lambda } : lambda;
    this.function = new LambdaFunction(this, 'Default', {
      timeout: longestTimeout,
      ...settings,
      functionName,
      logKmsKeyArn,
      isDeletedLast: true,
    });
  }

  get functionArn(): string {
    return this.function.function.arn;
  }

  /** Lets a user pool, and no other, invoke the function. */
  permit(userPool: CognitoUserPool): LambdaPermission {
    return new LambdaPermission(this.function.function, 'Default', {
      functionName: this.function.function.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'cognito-idp.amazonaws.com',
      sourceArn: userPool.arn,
    });
  }
}
