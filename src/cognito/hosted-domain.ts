import { CognitoUserPoolDomain } from '@cdktf/provider-aws/lib/cognito-user-pool-domain';
import { Construct } from 'constructs';

import { assertRules, textRule } from '../rule';
import { type AppClient } from './app-client';
import { type UserPool } from './user-pool';

export interface HostedDomainProps {
  readonly userPool: UserPool;
  /** First label of the domain's host name, unique in the region across all AWS accounts. */
  readonly domainPrefix: string;
  /** Region of the user pool, which is part of the host name. */
  readonly region: string;
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

/** The domain of a user pool: its hosted login and its OAuth 2.0 endpoints. */
export class HostedDomain extends Construct {
  readonly domain: CognitoUserPoolDomain;
  /** URL of the domain, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, { userPool, domainPrefix, region }: HostedDomainProps) {
    super(scope, id);
    assertRules(this, { domainPrefix: domainPrefixRule }, { domainPrefix });
    // The reference makes a destroy delete the domain first: Cognito does not delete a pool that has a domain.
    this.domain = new CognitoUserPoolDomain(this, 'Default', { domain: domainPrefix, userPoolId: userPool.userPoolId });
    this.url = `https://${this.domain.domain}.auth.${region}.amazoncognito.com`;
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
