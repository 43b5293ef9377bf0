import { z } from 'zod';

import { conflictOf, objectRule, type Problem } from '../rules/rule';
import { retentionRule } from '../stack/log-settings';

const actionRule = z.enum(['count', 'block']);

export const webAclSettings = objectRule({
  action: actionRule.describe(
    'Whether requests that match a rule, or exceed the limit of their address, are counted or blocked.',
  ),
  requestsPerFiveMinutes: z
    .int()
    .min(10)
    .max(2_000_000_000)
    .default(2000)
    .describe('Limit of requests from one IP address in five minutes.'),
  logRetentionInDays: retentionRule.describe(
    'Days that the log of counted and blocked requests is kept. With 0, it never expires.',
  ),
});

/** A web ACL: its action, or an object that also has its limits. */
export const webAclRule = z.union([actionRule, webAclSettings]).meta({
  allowed: 'count, block, or an object with action, requestsPerFiveMinutes and logRetentionInDays',
});

/**
 * Returns the name of the web ACL of a user pool or an API, of at most 128 characters.
 *
 * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
 */
export function webAclName(name: string, protects: 'login' | 'api'): string {
  return `${name.replace(/[^\w-]/g, '-').slice(0, 120)}-${protects}`;
}

/** Finds two web ACLs of one resource. */
export function findTwoWebAcls(given: readonly string[]): Problem[] {
  return given.includes('webAcl') && given.includes('webAclArn') ? [conflictOf('webAcl', 'webAclArn')] : [];
}
