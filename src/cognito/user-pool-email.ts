import { type z } from 'zod';

import { identityOf, sesIdentityArnRule } from '../rules/arn';
import { charactersRule, objectRule, stringRule } from '../rules/rule';

/** Regions in which every user pool can use Amazon SES, in addition to its own. */
export const sesRegions = ['us-east-1', 'us-west-2', 'eu-west-1'];

const address = /^[\x21-\x3B\x3D\x3F\x41-\x7E]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
const sender = /^(?:[\x20-\x3B\x3D\x3F-\x7E]*<([^<>]+)>|([^<>]+))$/;

/**
 * Amazon SES as the sender of the emails of a user pool.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
 */
export const userPoolEmailSettings = objectRule(
  {
    identityArn: sesIdentityArnRule.describe('Domain or address that Amazon SES has verified, in the same account.'),
    from: stringRule('an email address, or a name with one: Example <login@example.com>; only ASCII', (from) =>
      address.test(addressIn(from)) ? undefined : 'must be a sender',
    ).describe('Sender of the emails: an address of that identity.'),
    replyTo: stringRule('an email address', (text) => (address.test(text) ? undefined : 'must be an email address'))
      .optional()
      .describe('Address to which users reply. The default is the sender.'),
    configurationSet: charactersRule('letters, digits, _ and -', { legal: /^[\w-]$/, max: 64 })
      .optional()
      .describe('Configuration set of Amazon SES, which can record bounces and complaints.'),
  },
  ({ identityArn = '', from = '' }) => {
    const identity = identityOf(identityArn);
    const sent = addressIn(from).toLowerCase();
    const domain = sent.slice(sent.lastIndexOf('@') + 1);
    const belongs =
      identity === undefined ||
      sent === '' ||
      sent === identity ||
      domain === identity ||
      domain.endsWith(`.${identity}`);
    return belongs
      ? []
      : [{ path: ['from'], problem: `must be ${identity.includes('@') ? identity : `an address of ${identity}`}` }];
  },
);

export type UserPoolEmail = z.output<typeof userPoolEmailSettings>;

/** Returns the address of a sender, which can have a name. */
function addressIn(from: string): string {
  const [, named, alone = ''] = sender.exec(from) ?? [];
  return named ?? alone;
}
