import { z } from 'zod';

import { objectRule, stringRule } from '../rules/rule';

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
const actionRule = stringRule('an action such as dynamodb:GetItem, in which * stands for any characters', (action) =>
  /^(?:\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action) ? undefined : 'must be an IAM action',
);

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
const resourceRule = stringRule(
  'an ARN such as arn:aws:dynamodb:us-east-1:111122223333:table/orders, in which * stands for any characters, or *',
  (resource) =>
    /^(?:\*|arn:aws:[a-z0-9-]+:[a-z0-9*-]*:(?:\d{12}|aws|\*)?:\S+)$/.test(resource) ? undefined : 'must be an ARN or *',
);

/** In characters, of the statements as JSON. The policy of a role has at most 10,240, with those for logs and secrets. */
const longestPermissions = 8000;

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
              action !== undefined && /^(?:\*|[^:]+:\*)$/.test(action)
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
    const length = JSON.stringify(permissions).length;
    if (length > longestPermissions) {
      const message = `must have at most ${longestPermissions} characters as JSON, got ${length}`;
      context.addIssue({ code: 'custom', message });
    }
  });
