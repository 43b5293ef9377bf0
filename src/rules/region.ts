import { textRule } from './rule';

/**
 * The rule about an AWS region: one whose host names end in amazonaws.com and amazoncognito.com.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
 */
export const regionRule = textRule('a commercial AWS region, such as us-east-1 or eu-central-1', (region) =>
  /^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$/.test(region) ? undefined : 'is not one of the commercial AWS regions',
);
