import { z } from 'zod';

import { objectRule, stringRule } from '../rules/rule';
import { policy } from '../stack/iam-policy';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
const actionRule = stringRule('an action such as dynamodb:GetItem, in which * stands for any characters', (action) =>
  /^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action) ? undefined : 'must be an IAM action',
);

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
const resourceRule = stringRule(
  'an ARN such as arn:aws:dynamodb:us-east-1:111122223333:table/orders, in which * stands for any characters, or *',
  (resource) =>
    // IAM takes no characters above U+00FF.
    /^(?:\*|arn:aws:[a-z0-9-]+:[a-z0-9*-]*:(?:\d{12}|aws|\*)?:[\x21-\x7E\xA1-\xFF]+)$/.test(resource)
      ? undefined
      : 'must be an ARN or *',
);

/**
 * In characters. The policies of a role have at most 10,240: the others are those for logs, and for parameters and
 * secrets, whose ARNs are in environment variables of at most 4,096.
 */
const longestPermissions = 5700;

/** The rule about what a handler can do: statements that the policy of its role has, in addition to those for its logs. */
export const permissionsRule = z
  .array(
    objectRule(
      {
        actions: z.array(actionRule).min(1).describe('IAM actions that are allowed.'),
        resources: z.array(resourceRule).min(1).describe('ARNs of what they are allowed on.'),
      },
      ({ actions = [], resources = [] }) =>
        resources.includes('*')
          ? actions.flatMap((action, index) =>
              action !== undefined && /^(?:[^:]+:)?[*?]+$/.test(action)
                ? [
                    {
                      path: ['actions', index],
                      problem: 'must not be all actions together with all resources',
                      allowed: 'single actions, or ARNs in resources',
                    },
                  ]
                : [],
            )
          : [],
    ),
  )
  .superRefine((permissions, context) => {
    const { length } = policy(statementsOf(permissions));
    if (length > longestPermissions) {
      const message = `must have at most ${longestPermissions} characters as a policy, got ${length}`;
      context.addIssue({ code: 'custom', message });
    }
  });

/** Writes permissions as statements of a policy. */
export function statementsOf(permissions: z.output<typeof permissionsRule>): object[] {
  return permissions.map(({ actions, resources }) => ({ Action: actions, Resource: resources }));
}
