import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';

import { addressOf, Namespace } from '../stack/address';
import { AwsStack } from '../stack/aws-stack';
import { defaultSettings, type Settings } from '../settings/settings';
import { AppClient } from './app-client';
import { ClassicLogin } from './classic-login';
import { HostedDomain } from './hosted-domain';
import { MachineClient } from './machine-client';
import { ManagedLogin } from './managed-login';
import { ResourceServer } from './resource-server';
import { UserPool } from './user-pool';
import { UserPoolGroup } from './user-pool-group';

/** Defines who can sign in, for which scopes, and where: user pool, resource servers, app clients and hosted login. */
export class CognitoStack extends AwsStack {
  readonly userPool: UserPool;
  readonly groups: readonly UserPoolGroup[];
  readonly resourceServers: readonly ResourceServer[];
  /** The app clients to which users sign in. */
  readonly appClients: readonly AppClient[];
  /** The app clients that sign in as themselves. */
  readonly machineClients: readonly MachineClient[];
  readonly domain: HostedDomain;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, settings);

    this.userPool = new UserPool(this, 'user_pool', settings.userPool);

    const groups = new Namespace(this, 'groups');
    this.groups = Object.entries(settings.groups).map(
      ([name, group]) => new UserPoolGroup(groups, name, { userPool: this.userPool, name, ...group }),
    );

    const resourceServerGroup = new Namespace(this, 'resource-servers');
    this.resourceServers = Object.entries(settings.resourceServers).map(
      ([name, { identifier = name, scopes }]) =>
        new ResourceServer(resourceServerGroup, name, { userPool: this.userPool, name, identifier, scopes }),
    );

    const appClientGroup = new Namespace(this, 'app-clients');
    const clients = Object.entries(settings.appClients).map(([name, client]) => {
      const props = { userPool: this.userPool, resourceServers: this.resourceServers, name };
      return client.grant === 'client_credentials'
        ? new MachineClient(appClientGroup, name, { ...props, ...client })
        : new AppClient(appClientGroup, name, { ...props, ...client });
    });
    this.appClients = clients.filter((client) => client instanceof AppClient);
    this.machineClients = clients.filter((client) => client instanceof MachineClient);

    const { login } = settings;
    const managedLogin =
      login?.style === 'managed'
        ? new ManagedLogin(this, 'managed-login', {
            userPool: this.userPool,
            appClients: this.appClients,
            branding: login.branding,
          })
        : undefined;

    this.domain = new HostedDomain(this, 'domain', {
      userPool: this.userPool,
      domainPrefix: settings.domainPrefix,
      region: settings.region,
      customDomain: settings.customDomain,
      pages: managedLogin ?? (login && 'classic'),
    });

    if (login?.style === 'classic' && (login.css ?? login.logo) !== undefined) {
      new ClassicLogin(this, 'login', { domain: this.domain, css: login.css, logo: login.logo });
    }

    this.addWarnings(settings);
    this.addOutputs(settings);
  }

  private addWarnings(settings: Settings): void {
    if (settings.customDomain === undefined && settings.domainPrefix === defaultSettings.domainPrefix) {
      Annotations.of(this.domain).addWarning(
        `The domain prefix "${settings.domainPrefix}" is the reference's and surely taken: a deploy would fail half way. ` +
          'Write one of your own to cdktf.json as context.settings.domainPrefix, or try one with the environment variable DOMAIN_PREFIX.',
      );
    }

    if (settings.userPool.deletionProtection && settings.userPool.email === undefined) {
      Annotations.of(this.userPool).addWarning(
        'The user pool is protected as in production, but Cognito sends its e-mails itself, which are 50 a day in an account. ' +
          'Set userPool.email to send them with Amazon SES.',
      );
    }
  }

  private addOutputs({ customDomain }: Settings): void {
    this.output('CognitoUserPoolID', this.userPool.userPoolId);
    this.output('Issuer', this.userPool.issuer);
    this.output('HostedDomainUrl', this.domain.url);
    if (customDomain) {
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
