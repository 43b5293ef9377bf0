import { CognitoUserGroup } from '@cdktf/provider-aws/lib/cognito-user-group';
import { Construct } from 'constructs';
import { z } from 'zod';

import { readProps } from '../rules/check';
import { charactersRule, objectRule, textRule } from '../rules/rule';
import { type UserPool } from './user-pool';

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html */
export const groupNameRule = charactersRule('letters, marks, symbols, digits and punctuation', {
  legal: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]$/u,
  max: 128,
});

/**
 * The settings of a group.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
 */
export const groupSettings = objectRule({
  description: textRule(2048, { hasLines: true }).optional().describe('What the group is for.'),
  precedence: z
    .int()
    // The provider does not send 0, so that the group would have no precedence.
    .min(1)
    .max(2 ** 31 - 1)
    .optional()
    .describe('Rank among the groups of a user: 1 is the highest. A group without one is below all others.')
    .meta({ change: 'that removes it is rejected: the provider would set 0' }),
});

const groupProps = groupSettings.safeExtend({ name: groupNameRule });

export interface UserPoolGroupProps extends z.input<typeof groupSettings> {
  readonly userPool: UserPool;
  /**
   * Name of the group, 1 to 128 characters.
   *
   * @default - the ID of the construct
   */
  readonly name?: string | undefined;
}

/** A group of users. Their tokens have its name in the claim `cognito:groups`. */
export class UserPoolGroup extends Construct {
  readonly group: CognitoUserGroup;

  constructor(scope: Construct, id: string, { userPool, ...props }: UserPoolGroupProps) {
    super(scope, id);
    const { name, description, precedence } = readProps(this, groupProps, { ...props, name: props.name ?? id });
    this.group = new CognitoUserGroup(this, 'Default', {
      userPoolId: userPool.userPoolId,
      name,
      ...(description !== undefined && { description }),
      ...(precedence !== undefined && { precedence }),
    });
  }
}
