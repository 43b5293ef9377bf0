import { type z } from 'zod';

import { charactersRule, membersRule, type Problem, textRule } from '../rules/rule';

/** Regions whose Amazon SES every user pool can use; otherwise, the identity is in the region of the pool. */
const sesRegions = ['us-east-1', 'us-west-2', 'eu-west-1'];

const identityArn = /^arn:aws:ses:([a-z0-9-]+):\d{12}:identity\/((?:[^\s@/]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i;
const address = /^[\x21-\x3B\x3D\x3F\x41-\x7E]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
const sender = /^(?:[\x20-\x3B\x3D\x3F-\x7E]*<([^<>]+)>|([^<>]+))$/;

/**
 * Amazon SES as the sender of a user pool's e-mails.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
 */
export const userPoolEmailSettings = membersRule({
  identityArn: textRule(
    'the ARN of a domain or an address that Amazon SES has verified, such as arn:aws:ses:us-east-1:123456789012:identity/example.com',
    (arn) => (identityArn.test(arn) ? undefined : 'is not the ARN of an SES identity'),
  ).describe('Domain or address that Amazon SES has verified, in the same account.'),
  from: textRule('an address, or a name with an address: Example <login@example.com>; only ASCII', (from) =>
    address.test(addressIn(from) ?? '') ? undefined : 'is not a sender',
  ).describe('Sender of the e-mails: an address of that identity.'),
  replyTo: textRule('an address', (text) => (address.test(text) ? undefined : 'is not an address'))
    .optional()
    .describe('Address to which users answer. The default is the sender.'),
  configurationSet: charactersRule('letters, digits, _ and -', { legal: /^[\w-]$/, max: 64 })
    .optional()
    .describe('Configuration set of Amazon SES, which can record bounces and complaints.'),
});

export type UserPoolEmail = z.output<typeof userPoolEmailSettings>;

/** Finds a sender that does not belong to its identity; ignores values that break a rule of their own. */
export function findSenderConflict({ identityArn: arn, from }: Readonly<Record<string, unknown>>): Problem[] {
  const identity = identityIn(arn);
  const sent = typeof from === 'string' ? addressIn(from)?.toLowerCase() : undefined;
  if (identity === undefined || sent === undefined || !address.test(sent)) {
    return [];
  }
  const isAddress = identity.name.includes('@');
  const domain = sent.slice(sent.lastIndexOf('@') + 1);
  const belongs = isAddress ? sent === identity.name : domain === identity.name || domain.endsWith(`.${identity.name}`);
  return belongs
    ? []
    : [
        {
          path: ['from'],
          problem: 'does not belong to the identity',
          got: from,
          allowed: isAddress ? identity.name : `an address of ${identity.name}`,
        },
      ];
}

/** Finds an identity in a region that a user pool in another one cannot use. */
export function findIdentityRegionConflict(
  { identityArn: arn }: Readonly<Record<string, unknown>>,
  region: string,
): Problem[] {
  const allowed = [...new Set([region, ...sesRegions])];
  const identity = identityIn(arn);
  return identity === undefined || allowed.includes(identity.region)
    ? []
    : [
        {
          path: ['identityArn'],
          problem: `is in ${identity.region}, and the user pool in ${region} cannot use it`,
          got: arn,
          allowed: `an identity in ${allowed.join(', ')}`,
        },
      ];
}

function identityIn(arn: unknown): { readonly region: string; readonly name: string } | undefined {
  const [, region, name] = identityArn.exec(typeof arn === 'string' ? arn : '') ?? [];
  return region === undefined || name === undefined ? undefined : { region, name: name.toLowerCase() };
}

function addressIn(from: string): string | undefined {
  const [, named, alone] = sender.exec(from) ?? [];
  return named ?? alone;
}
