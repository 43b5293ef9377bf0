import { CognitoUserPoolDomain } from '@cdktf/provider-aws/lib/cognito-user-pool-domain';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { certificateArnRule, regionOfArn } from '../rules/arn';
import { assertRules, membersRule, textRule } from '../rules/rule';
import { type AppClient } from './app-client';
import { type ManagedLogin } from './managed-login';
import { type UserPool } from './user-pool';

export interface HostedDomainProps {
  readonly userPool: UserPool;
  /** First label of the domain's host name, unique in the region across all AWS accounts. */
  readonly domainPrefix: string;
  /** Region of the user pool, which is part of the host name. */
  readonly region: string;
  /**
   * A host name of one's own, instead of one with the prefix.
   *
   * @default - the host name has the prefix
   */
  readonly customDomain?: CustomDomain | undefined;
  /**
   * The pages of the login: the managed ones, with a style for each app client, or the classic ones.
   *
   * @default - those that the domain has; a new one has the classic ones
   */
  readonly pages?: ManagedLogin | 'classic' | undefined;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
export const domainPrefixRule = textRule(
  '1 to 63 lowercase letters, digits and hyphens, with no hyphen first or last, and without the words aws, amazon and cognito',
  (prefix) => {
    const reserved = ['aws', 'amazon', 'cognito'].find((word) => prefix.includes(word));
    if (reserved !== undefined) {
      return `contains the reserved word "${reserved}"`;
    }
    return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix) ? undefined : 'is not a domain prefix';
  },
);

/** What a change of the host name does. */
export const replacesDomain = 'replaces the domain: the login has another URL, and every session of it ends';

/**
 * A host name of one's own for the login.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
 */
export const customDomainSettings = membersRule({
  name: textRule(
    'a host name below a domain of your own, such as login.example.com: at most 63 lowercase letters, digits, hyphens and dots',
    (name) =>
      name.length <= 63 && /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){2,}[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name)
        ? undefined
        : 'is not a host name below a domain',
  )
    .describe('Host name of the login. The domain above it must have an A record.')
    .meta({ change: replacesDomain }),
  certificateArn: textRule(
    'the ARN of a certificate of AWS Certificate Manager in us-east-1, which CloudFront reads, such as arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    (arn) => {
      const region = regionOfArn(arn);
      if (!certificateArnRule.safeParse(arn).success) {
        return 'is not the ARN of a certificate';
      }
      return region === 'us-east-1' ? undefined : `is in ${region!}`;
    },
  ).describe('Certificate for the host name, in us-east-1, whatever the region of the stacks is.'),
});

export type CustomDomain = z.output<typeof customDomainSettings>;

/** The domain of a user pool: its hosted login and its OAuth 2.0 endpoints. */
export class HostedDomain extends Construct {
  readonly domain: CognitoUserPoolDomain;
  /** URL of the domain, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: HostedDomainProps) {
    super(scope, id);
    const { userPool, domainPrefix, region, customDomain, pages } = props;
    assertRules(this, { domainPrefix: domainPrefixRule, customDomain: customDomainSettings.optional() }, props);
    this.domain = new CognitoUserPoolDomain(this, 'Default', {
      domain: customDomain?.name ?? domainPrefix,
      // The reference makes a destroy delete the domain first: Cognito does not delete a pool that has a domain.
      userPoolId: userPool.userPoolId,
      ...(customDomain && { certificateArn: customDomain.certificateArn }),
      ...(pages !== undefined && { managedLoginVersion: pages === 'classic' ? 1 : 2 }),
      // The managed pages show an error as long as there is no style.
      ...(pages !== undefined && pages !== 'classic' && { dependsOn: [...pages.brandings] }),
    });
    this.url = customDomain
      ? `https://${this.domain.domain}`
      : `https://${this.domain.domain}.auth.${region}.amazoncognito.com`;
  }

  /** Host name to which the DNS record of a custom domain points. */
  get aliasTarget(): string {
    return this.domain.cloudfrontDistribution;
  }

  /** URL of the token endpoint. */
  get tokenUrl(): string {
    return `${this.url}/oauth2/token`;
  }

  /** Returns the URL that starts the authorization code flow of a client in a browser. */
  loginUrl(client: AppClient): string {
    const scopeAndRedirect = new URLSearchParams({
      scope: client.scopes.join(' '),
      redirect_uri: client.callbackUrl,
    });
    return `${this.url}/oauth2/authorize?client_id=${client.clientId}&response_type=code&${scopeAndRedirect.toString()}`;
  }
}
