import { userPoolArnRule } from '../rules/arn';
import { check } from '../rules/check';

/**
 * A user pool that no stack of this app defines. It can be in another account and another region than the API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-cross-account-cognito-authorizer.html
 */
export class ExistingUserPool {
  readonly userPoolId: string;
  /** Issuer of the tokens of the user pool. The discovery document and the public keys are under this URL. */
  readonly issuer: string;

  /** @throws an error when the ARN breaks its rule */
  constructor(readonly userPoolArn: string) {
    const [problem] = check(userPoolArnRule, userPoolArn).problems;
    if (problem) {
      throw new Error(`userPoolArn: ${problem.sentence}`);
    }
    const [, , , region, , resource] = userPoolArn.split(':') as [string, string, string, string, string, string];
    this.userPoolId = resource.replace('userpool/', '');
    this.issuer = `https://cognito-idp.${region}.amazonaws.com/${this.userPoolId}`;
  }
}
