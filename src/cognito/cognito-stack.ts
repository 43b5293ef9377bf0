import { Annotations, TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';

import { addressOf, AwsStack, Group } from '../stack/aws-stack';
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

    const groups = new Group(this, 'groups');
    this.groups = Object.entries(settings.groups).map(
      ([name, group]) => new UserPoolGroup(groups, name, { userPool: this.userPool, name, ...group }),
    );

    const resourceServerGroup = new Group(this, 'resource-servers');
    this.resourceServers = Object.entries(settings.resourceServers).map(
      ([name, { identifier = name, scopes }]) =>
        new ResourceServer(resourceServerGroup, name, { userPool: this.userPool, name, identifier, scopes }),
    );

    const appClientGroup = new Group(this, 'app-clients');
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
    this.output('CognitoUserPoolID', this.userPool.userPoolId, 'ID of the user pool');
    this.output(
      'Issuer',
      this.userPool.issuer,
      'Issuer of the tokens: discovery and public keys are under its /.well-known',
    );
    this.output('HostedDomainUrl', this.domain.url, 'URL of the hosted login and the OAuth 2.0 endpoints');
    if (customDomain) {
      this.output(
        'HostedDomainAliasTarget',
        this.domain.aliasTarget,
        'Host name to which the DNS record of the custom domain points, as an alias or a CNAME',
      );
    }
    this.appClients.forEach((client, index) => {
      // The first client has the plain output names. Every other client adds its own name.
      const suffix = index === 0 ? '' : suffixOf(client);
      this.clientOutputs(client, suffix);
      this.output(`HostedLoginUrl${suffix}`, this.domain.loginUrl(client), 'URL that starts the login in a browser');
      this.output(
        `CallbackUrl${suffix}`,
        client.callbackUrl,
        'URL to which the login sends the browser back, with the code',
      );
      if (client.logoutUrl !== undefined) {
        this.output(`LogoutUrl${suffix}`, client.logoutUrl, 'URL to which a sign-out sends the browser');
      }
      this.scopesOutput(client, suffix);
    });
    if (this.machineClients.length > 0) {
      this.output('TokenUrl', this.domain.tokenUrl, 'URL where a client gets access tokens with its ID and its secret');
    }
    for (const client of this.machineClients) {
      this.clientOutputs(client, suffixOf(client));
      this.scopesOutput(client, suffixOf(client));
    }
  }

  private clientOutputs({ clientId, clientSecret }: AppClient | MachineClient, suffix: string): void {
    this.output(`CognitoUserPoolAppClientID${suffix}`, clientId, 'ID of the app client');
    if (clientSecret !== undefined) {
      this.output(`CognitoUserPoolAppClientSecret${suffix}`, clientSecret, 'Secret of the app client', {
        sensitive: true,
      });
    }
  }

  private scopesOutput({ scopes }: AppClient | MachineClient, suffix: string): void {
    this.output(`Scopes${suffix}`, scopes.join(' '), 'Scopes that the app client asks for, separated by spaces');
  }

  private output(id: string, value: string, description: string, { sensitive }: { sensitive?: true } = {}): void {
    new TerraformOutput(this, id, { value, description, ...(sensitive && { sensitive }) });
  }
}

/** Suffix of the outputs of a client that is not the first to which users sign in. */
function suffixOf(client: AppClient | MachineClient): string {
  return `-${addressOf([client.node.id])}`;
}
