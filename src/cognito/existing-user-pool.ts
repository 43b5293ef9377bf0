import { regionRule } from '../rules/region';
import { textRule } from '../rules/rule';

/**
 * The rule about the ARN of a user pool. The pool can be in another account and in another region than the API.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html#amazoncognitouserpools-resources-for-iam-policies
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-cross-account-cognito-authorizer.html
 */
export const userPoolArnRule = textRule(
  'arn:aws:cognito-idp:REGION:ACCOUNT:userpool/REGION_ID, with a commercial AWS region and 12 digits of the account',
  (arn) => {
    const [, region, poolRegion] =
      /^arn:aws:cognito-idp:([a-z0-9-]+):\d{12}:userpool\/([a-z0-9-]+)_[0-9A-Za-z]+$/.exec(arn) ?? [];
    if (region === undefined || !regionRule.safeParse(region).success) {
      return 'is not the ARN of a user pool';
    }
    return poolRegion === region ? undefined : `is in ${region}, but the pool ID is one of ${poolRegion}`;
  },
);

/** A user pool that no stack of this app defines. */
export class ExistingUserPool {
  readonly userPoolId: string;
  /** Issuer of the pool's tokens. The discovery document and the public keys are under this URL. */
  readonly issuer: string;

  /** @throws an error when the ARN breaks its rule */
  constructor(readonly userPoolArn: string) {
    userPoolArnRule.parse(userPoolArn);
    const [, , , region, , resource] = userPoolArn.split(':') as [string, string, string, string, string, string];
    this.userPoolId = resource.replace('userpool/', '');
    this.issuer = `https://cognito-idp.${region}.amazonaws.com/${this.userPoolId}`;
  }
}
