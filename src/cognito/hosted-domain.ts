import { CognitoUserPoolDomain } from '@cdktf/provider-aws/lib/cognito-user-pool-domain';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { Alias } from '../dns/alias';
import { Certificate } from '../dns/certificate';
import { findCertificateConflicts, HostedZone, hostedZoneRule, movesRecords } from '../dns/hosted-zone';
import { certificateArnRule, findOtherRegion } from '../rules/arn';
import { hostNameProblem } from '../rules/host-name';
import { readProps } from '../rules/check';
import { isToken, lengthProblem, objectRule, type Problem, stringRule } from '../rules/rule';
import { AwsStack } from '../stack/aws-stack';
import { type AppClient } from './app-client';
import { type ManagedLogin } from './managed-login';
import { type UserPool } from './user-pool';

const replacesDomain = 'replaces the domain: the login has another URL, and every session of it ends';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
const domainPrefixRule = stringRule(
  '1 to 63 lowercase letters, digits and hyphens, with no hyphen first or last, and without the words aws, amazon and cognito',
  (prefix) => {
    const reserved = ['aws', 'amazon', 'cognito'].find((word) => prefix.includes(word));
    if (reserved !== undefined) {
      return `must not contain the reserved word "${reserved}"`;
    }
    return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix) ? undefined : 'must be a domain prefix';
  },
);

/**
 * A host name of your own for the login.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
 */
const customDomainSettings = objectRule(
  {
    name: stringRule(
      'a host name below a domain of your own, such as login.example.com: at most 63 lowercase letters, digits, hyphens and dots',
      (name) =>
        hostNameProblem(name) ??
        lengthProblem(name, 1, 63) ??
        (name.split('.').length > 2 ? undefined : 'must be a host name below a domain'),
    )
      .describe('Host name of the login. The domain above it must have an A record.')
      .meta({ change: replacesDomain }),
    hostedZone: hostedZoneRule
      .optional()
      .describe(
        'Hosted zone of Route 53 that contains the name, by its name or its ID. The stacks then create the certificate and the DNS records.',
      )
      .meta({ change: movesRecords }),
    certificateArn: certificateArnRule
      .optional()
      .describe(
        'ACM certificate for the host name, in us-east-1, also for stacks in another region. `hostedZone` creates one instead.',
      ),
  },
  (members, given) => [
    ...findCertificateConflicts(members, given),
    ...findOtherRegion(['certificateArn'], members.certificateArn, ['us-east-1']),
  ],
);

/** The settings of the host name of the login. */
export const hostedDomainSettings = {
  domainPrefix: domainPrefixRule
    .default('buraktas-awesome-domain')
    .describe(
      "First label of the hosted login's host name, unique in the region across all AWS accounts. The environment variable `DOMAIN_PREFIX` overrides it.",
    )
    .meta({ change: replacesDomain }),
  customDomain: customDomainSettings
    .optional()
    .describe('A host name of your own for the hosted login, instead of one with the domain prefix.')
    .meta({ change: replacesDomain }),
};

const hostedDomainProps = objectRule(hostedDomainSettings);

export interface HostedDomainProps extends z.input<typeof hostedDomainProps> {
  readonly userPool: UserPool;
  /**
   * The pages of the login: the managed ones, with a style for each app client, or the classic ones.
   *
   * @default - those that the domain has; a new one has the classic ones
   */
  readonly pages?: ManagedLogin | 'classic' | undefined;
}

/** The domain of a user pool: its hosted login and its OAuth 2.0 endpoints. */
export class HostedDomain extends Construct {
  readonly domain: CognitoUserPoolDomain;
  readonly certificate: Certificate | undefined;
  /** ARN of the certificate of a custom domain, in us-east-1. */
  readonly certificateArn: string | undefined;
  readonly alias: Alias | undefined;
  /** URL of the domain, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, { userPool, pages, ...props }: HostedDomainProps) {
    super(scope, id);
    const { domainPrefix, customDomain } = readProps(this, hostedDomainProps, props, () => findTwoHostNames(props));
    const hostedZone =
      customDomain?.hostedZone === undefined
        ? undefined
        : new HostedZone(this, 'zone', {
            hostedZone: customDomain.hostedZone,
            names: [customDomain.name, customDomain.name.replace(/^[^.]*\./, '')],
          });
    this.certificate =
      hostedZone && new Certificate(this, 'certificate', { hostedZone, name: customDomain!.name, isGlobal: true });
    this.certificateArn = this.certificate?.arn ?? customDomain?.certificateArn;
    const { certificateArn } = this;
    this.domain = new CognitoUserPoolDomain(this, 'Default', {
      domain: customDomain?.name ?? domainPrefix,
      // The reference makes a destroy delete the domain first: Cognito does not delete a user pool that has a domain.
      userPoolId: userPool.userPoolId,
      ...(certificateArn !== undefined && { certificateArn }),
      ...(pages !== undefined && { managedLoginVersion: pages === 'classic' ? 1 : 2 }),
      // Without a style, the managed pages show an error.
      ...(pages !== undefined && pages !== 'classic' && { dependsOn: [...pages.brandings] }),
    });
    this.alias =
      hostedZone &&
      new Alias(this, 'alias', {
        hostedZone,
        name: this.domain.domain,
        target: this.domain.cloudfrontDistribution,
        targetZoneId: this.domain.cloudfrontDistributionZoneId,
      });
    // The ID of a user pool starts with its region.
    const region = AwsStack.find(this)?.region ?? String(Fn.element(Fn.split('_', userPool.userPoolId), 0));
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
  loginUrl({ clientId, scopes, callbackUrl }: AppClient): string {
    const parameters = `scope=${encode(scopes.join(' '))}&redirect_uri=${encode(callbackUrl)}`;
    return `${this.url}/oauth2/authorize?client_id=${clientId}&response_type=code&${parameters}`;
  }
}

/** Finds a domain prefix that would have no effect. */
export function findTwoHostNames(given: {
  readonly domainPrefix?: unknown;
  readonly customDomain?: unknown;
}): Problem[] {
  return given.domainPrefix !== undefined && given.customDomain !== undefined
    ? [{ path: ['domainPrefix'], problem: 'conflicts with customDomain' }]
    : [];
}

/** Encodes a parameter of a URL. Terraform encodes a token, whose value only apply knows. */
function encode(value: string): string {
  return isToken(value) ? Fn.urlencode(value) : new URLSearchParams([['', value]]).toString().slice(1);
}
