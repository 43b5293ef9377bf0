import { type z } from 'zod';

import { isHost } from '../rules/host-name';
import { identityOf, sesIdentityArnRule } from '../rules/arn';
import { charactersRule, objectRule, stringRule } from '../rules/rule';

/** Regions in which every user pool can use Amazon SES, in addition to its own. */
export const sesRegions = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** @see https://www.rfc-editor.org/rfc/rfc5322#section-3.4 */
const atom = "[\\w!#$%&'*+/=?^`{|}~-]+";
const localPart = new RegExp(`^${atom}(?:\\.${atom})*$`);
const sender = /^(?:(?:[\w!#$%&'*+/=?^`{|}~. -]*|"[\x20\x21\x23-\x5B\x5D-\x7E]*") ?<([^<>]+)>|([^<>]+))$/;

/** Returns whether a string is an email address, of ASCII only. */
export function isEmailAddress(text: string): boolean {
  const [local = '', domain = '', ...others] = text.split('@');
  return others.length === 0 && localPart.test(local) && local.length <= 64 && domain.includes('.') && isHost(domain);
}

/**
 * Amazon SES as the sender of the emails of a user pool.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
 */
export const userPoolEmailSettings = objectRule(
  {
    identityArn: sesIdentityArnRule.describe('Domain or address that Amazon SES has verified, in the same account.'),
    from: stringRule('an email address, or a name with one: Example <login@example.com>; only ASCII', (from) =>
      isEmailAddress(addressIn(from)) ? undefined : 'must be a sender',
    ).describe('Sender of the emails: an address of that identity.'),
    replyTo: stringRule('an email address', (text) => (isEmailAddress(text) ? undefined : 'must be an email address'))
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
