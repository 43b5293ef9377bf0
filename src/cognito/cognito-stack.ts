import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { z } from 'zod';

import { readProps } from '../rules/check';
import { addressOf, constructId, Namespace } from '../stack/address';
import { AwsStack, type AwsStackProps } from '../stack/aws-stack';
import { AppClient } from './app-client';
import { ClassicLogin } from './classic-login';
import { cognitoSettings } from './cognito-settings';
import { findTwoHostNames, HostedDomain } from './hosted-domain';
import { IdentityProvider } from './identity-provider';
import { MachineClient } from './machine-client';
import { ManagedLogin } from './managed-login';
import { ResourceServer } from './resource-server';
import { customAttributes } from './user-attributes';
import { UserPool } from './user-pool';
import { UserPoolGroup } from './user-pool-group';

const settingsRule = z.object(cognitoSettings);
const defaultPrefix = settingsRule.shape.domainPrefix.parse(undefined);

/** Props of the stack: any part of its settings, which have their rules, defaults and descriptions. */
export interface CognitoStackProps extends AwsStackProps, z.input<typeof settingsRule> {}

/** Defines who can sign in, for which scopes, and where: user pool, resource servers, app clients and hosted login. */
export class CognitoStack extends AwsStack {
  readonly userPool: UserPool;
  readonly groups: readonly UserPoolGroup[];
  readonly identityProviders: readonly IdentityProvider[];
  readonly resourceServers: readonly ResourceServer[];
  /** The app clients to which users sign in. */
  readonly appClients: readonly AppClient[];
  /** The app clients that sign in as themselves. */
  readonly machineClients: readonly MachineClient[];
  readonly domain: HostedDomain;

  constructor(scope: Construct, id: string, props: CognitoStackProps = {}) {
    super(scope, id, props);
    // The settings contain the default prefix in addition to a custom domain.
    const settings = readProps(this, settingsRule, props, () =>
      props.domainPrefix === defaultPrefix ? [] : findTwoHostNames(props),
    );
    const { login, domainPrefix, customDomain } = settings;

    this.userPool = new UserPool(this, 'user_pool', settings.userPool);
    const { userPool } = this;

    const groups = new Namespace(this, 'groups');
    this.groups = Object.entries(settings.groups).map(
      ([name, group]) => new UserPoolGroup(groups, constructId(name), { ...group, userPool, name }),
    );

    const providers = new Namespace(this, 'identity-providers');
    this.identityProviders = Object.entries(settings.identityProviders).map(
      ([name, provider]) => new IdentityProvider(providers, constructId(name), { ...provider, userPool, name }),
    );

    const servers = new Namespace(this, 'resource-servers');
    this.resourceServers = Object.entries(settings.resourceServers).map(
      ([name, server]) => new ResourceServer(servers, name, { ...server, userPool, name }),
    );

    const appClients = new Namespace(this, 'app-clients');
    const clients = Object.entries(settings.appClients).map(([name, client]) => {
      const common = { userPool, resourceServers: this.resourceServers, name };
      return client.grant === 'client_credentials'
        ? new MachineClient(appClients, name, { ...client, ...common })
        : new AppClient(appClients, name, {
            ...client,
            ...common,
            identityProviders: client.identityProviders.map(
              (provider) => this.identityProviders.find((each) => each.name === provider) ?? provider,
            ),
          });
    });
    this.appClients = clients.filter((client) => client instanceof AppClient);
    this.machineClients = clients.filter((client) => client instanceof MachineClient);

    const managedLogin =
      login?.style === 'managed'
        ? new ManagedLogin(this, 'managed-login', { ...login, userPool, appClients: this.appClients })
        : undefined;

    this.domain = new HostedDomain(this, 'domain', {
      userPool,
      ...(customDomain ? { customDomain } : { domainPrefix }),
      pages: managedLogin ?? (login && 'classic'),
    });

    if (login?.style === 'classic' && (login.css ?? login.logo) !== undefined) {
      new ClassicLogin(this, 'login', { ...login, domain: this.domain });
    }

    this.addWarnings(settings);
    this.addOutputs(customDomain !== undefined);
  }

  private addWarnings({ domainPrefix, customDomain, userPool, appClients }: z.output<typeof settingsRule>): void {
    if (customDomain === undefined && domainPrefix === defaultPrefix) {
      Annotations.of(this.domain).addWarning(
        `The domain prefix "${domainPrefix}" is the reference's and surely taken: a deploy would fail half way. ` +
          'Write one of your own to cdktf.json as context.settings.domainPrefix, or try one with the environment variable DOMAIN_PREFIX.',
      );
    }

    if (userPool.deletionProtection && userPool.email === undefined) {
      Annotations.of(this.userPool).addWarning(
        'The user pool has deletion protection, as in production, but Cognito sends its emails itself: at most 50 a day for an account. ' +
          'Set userPool.email to send them with Amazon SES.',
      );
    }

    if (userPool.triggers?.customMessage !== undefined && userPool.email === undefined) {
      Annotations.of(this.userPool).addWarning(
        'AWS documents that a customMessage trigger can set emails only if Amazon SES sends them, and that a sign-up otherwise fails with InvalidLambdaResponseException. ' +
          'Set userPool.email.',
      );
    }

    const used = Object.values(appClients).flatMap((client) =>
      client.grant === 'authorization_code' ? client.identityProviders : [],
    );
    for (const provider of this.identityProviders.filter(({ name }) => !used.includes(name))) {
      Annotations.of(provider).addWarning(
        `No app client has the identity provider ${provider.name}: users cannot sign in with it. ` +
          'Add it to the identityProviders of an app client.',
      );
    }

    const unread = customAttributes(this.userPool.attributes).filter((name) =>
      this.appClients.every(({ readAttributes }) => !readAttributes?.includes(name)),
    );
    if (unread.length > 0) {
      Annotations.of(this.userPool).addWarning(
        `No app client can read ${unread.join(', ')}, and no token has it. ` +
          'Add it to the readAttributes of an app client: without that list, a client reads the standard attributes only.',
      );
    }
  }

  private addOutputs(hasCustomDomain: boolean): void {
    this.output('CognitoUserPoolID', this.userPool.userPoolId);
    this.output('Issuer', this.userPool.issuer);
    this.output('HostedDomainUrl', this.domain.url);
    if (hasCustomDomain) {
      this.output('HostedDomainAliasTarget', this.domain.aliasTarget);
    }
    this.appClients.forEach((client, index) => {
      // The first client has the plain output names. Every other client adds its own name.
      const suffix = index === 0 ? '' : suffixOf(client);
      this.clientOutputs(client, suffix);
      this.output('HostedLoginUrl', this.domain.loginUrl(client), suffix);
      this.output('CallbackUrl', client.callbackUrl, suffix);
      if (client.logoutUrl !== undefined) {
        this.output('LogoutUrl', client.logoutUrl, suffix);
      }
      this.output('Scopes', client.scopes.join(' '), suffix);
    });
    if (this.machineClients.length > 0) {
      this.output('TokenUrl', this.domain.tokenUrl);
    }
    for (const client of this.machineClients) {
      this.clientOutputs(client, suffixOf(client));
      this.output('Scopes', client.scopes.join(' '), suffixOf(client));
    }
  }

  private clientOutputs({ clientId, clientSecret }: AppClient | MachineClient, suffix: string): void {
    this.output('CognitoUserPoolAppClientID', clientId, suffix);
    if (clientSecret !== undefined) {
      this.output('CognitoUserPoolAppClientSecret', clientSecret, suffix);
    }
  }
}

/** Suffix of the outputs of a client that is not the first to which users sign in. */
function suffixOf(client: AppClient | MachineClient): string {
  return `-${addressOf([client.node.id])}`;
}
