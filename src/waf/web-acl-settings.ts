import { z } from 'zod';

import { objectRule, type Problem } from '../rules/rule';
import { retentionRule } from '../stack/log-settings';

const actionRule = z.enum(['count', 'block']);

const webAclMembers = objectRule({
  action: actionRule.describe(
    'Whether requests that a rule matches are counted or blocked. The first one that is too many by address, too.',
  ),
  requestsPerFiveMinutes: z
    .int()
    .min(10)
    .max(2_000_000_000)
    .default(2000)
    .describe('Requests from one IP address in five minutes that are not too many.'),
  logRetentionInDays: retentionRule.describe(
    'Days that the log of counted and blocked requests is kept. With 0, it never expires.',
  ),
});

/** A web ACL of the stacks: what it does with a request, or an object that also says where its limits are. */
export const webAclRule = z.union([actionRule, webAclMembers]).meta({
  allowed: 'count, block, or an object with action, requestsPerFiveMinutes and logRetentionInDays',
});

export type WebAclSettings = z.output<typeof webAclMembers>;

/** Completes the settings of a web ACL that are only its action. */
export function webAclSettingsOf(webAcl: z.input<typeof webAclRule>): z.input<typeof webAclMembers> {
  return typeof webAcl === 'string' ? { action: webAcl } : webAcl;
}

export const webAclProps = webAclMembers;

/** Finds two web ACLs for one resource. */
export function findTwoWebAcls(given: readonly string[]): Problem[] {
  return given.includes('webAcl') && given.includes('webAclArn')
    ? [{ path: ['webAcl'], problem: 'conflicts with webAclArn' }]
    : [];
}
