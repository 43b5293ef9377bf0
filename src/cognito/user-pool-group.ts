import { CognitoUserGroup } from '@cdktf/provider-aws/lib/cognito-user-group';
import { Construct } from 'constructs';
import { z } from 'zod';

import { assertRules, charactersRule, membersRule } from '../rules/rule';
import { type UserPool } from './user-pool';

export interface UserPoolGroupProps {
  readonly userPool: UserPool;
  /** Name of the group, 1 to 128 characters. */
  readonly name: string;
  /**
   * What the group is for.
   *
   * @default - none
   */
  readonly description?: string | undefined;
  /**
   * Rank among the groups of a user, from 1 on: the lowest number is the highest rank.
   *
   * @default - none, which is below all others
   */
  readonly precedence?: number | undefined;
}

/**
 * The name of a group. AWS also allows `/`, which separates the IDs of constructs.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
 */
export const groupNameRule = charactersRule('letters, marks, symbols, digits and punctuation without /', {
  legal: /^(?!\/)[\p{L}\p{M}\p{S}\p{N}\p{P}]$/u,
  max: 128,
});

/**
 * The settings of a group.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
 */
export const groupSettings = membersRule({
  description: charactersRule('any text', { legal: /^[\s\S]$/u, max: 2048 })
    .optional()
    .describe('What the group is for.'),
  precedence: z
    .int()
    // The provider does not send a 0.
    .min(1)
    .max(2 ** 31 - 1)
    .optional()
    .describe('Rank among the groups of a user: 1 is the highest. A group without one is below all others.')
    .meta({ change: 'that removes it is rejected: the provider would set 0' }),
});

/** A group of users. The tokens of its users name it in the claim `cognito:groups`. */
export class UserPoolGroup extends Construct {
  readonly group: CognitoUserGroup;

  constructor(scope: Construct, id: string, { userPool, name, description, precedence }: UserPoolGroupProps) {
    super(scope, id);
    assertRules(this, { name: groupNameRule, ...groupSettings.shape }, { name, description, precedence });
    this.group = new CognitoUserGroup(this, 'Default', {
      userPoolId: userPool.userPoolId,
      name,
      ...(description !== undefined && { description }),
      ...(precedence !== undefined && { precedence }),
    });
  }
}
