import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import {
  type CodeClientSettings,
  codeClientSettings,
  findAboveLite,
  findAttributeConflicts,
  findUnusableProviders,
  refreshFlow,
} from './app-client-settings';
import { type IdentityProvider } from './identity-provider';
import { cognitoProvider } from './identity-provider-settings';
import { findUnknownScopes, type ResourceServer } from './resource-server';
import { minutesOf, validityArguments } from './token-validity';
import { type UserPool } from './user-pool';
import { cognitoNameRule } from './user-pool-settings';

/** What every app client has. */
export interface ClientProps {
  readonly userPool: UserPool;
  /**
   * Name of the app client, 1 to 128 characters.
   *
   * @default - the ID of the construct
   */
  readonly name?: string | undefined;
  /**
   * The resource servers that the scopes belong to.
   *
   * @default - none; the scopes are system scopes such as openid, or tokens
   */
  readonly resourceServers?: readonly ResourceServer[] | undefined;
}

/** Props of an app client. The settings have their rules, defaults and descriptions. */
export interface AppClientProps extends ClientProps, Omit<z.input<typeof codeClientSettings>, 'identityProviders'> {
  /**
   * Where users sign in to the client. `COGNITO` stands for the user pool's own users.
   *
   * @default ['COGNITO']
   */
  readonly identityProviders?: readonly (IdentityProvider | string)[] | undefined;
}

const appClientProps = codeClientSettings.safeExtend({ name: cognitoNameRule });

/** An app client of the authorization code grant, to which users sign in. */
export class AppClient extends Construct {
  readonly client: CognitoUserPoolClient;
  /** The scopes as a client requests them. */
  readonly scopes: readonly string[];
  /** URL to which a sign-in returns, unless the client requests another of its callback URLs. */
  readonly callbackUrl: string;
  /** URL to which a sign-out returns, unless the client requests another of its logout URLs. */
  readonly logoutUrl: string | undefined;

  /** The user attributes that the client can read. Undefined for all standard ones. */
  readonly readAttributes: readonly string[] | undefined;

  constructor(scope: Construct, id: string, { userPool, resourceServers = [], ...given }: AppClientProps) {
    super(scope, id);
    const { identityProviders = [cognitoProvider] } = given;
    const providers = identityProviders.filter((provider) => typeof provider !== 'string');
    const known = Object.fromEntries(providers.map((provider) => [provider.name, provider]));
    const own = {
      ...given,
      name: given.name ?? id,
      identityProviders: identityProviders.map((provider) => (typeof provider === 'string' ? provider : provider.name)),
    };
    const props = readProps(this, appClientProps, own, (client) => [
      ...findUnknownScopes(client.scopes, scopesOf(resourceServers)),
      ...findAboveLite(client, userPool.tier),
      ...findAttributeConflicts(client, userPool.attributes),
      ...findUnusableProviders(client, known, userPool.attributes),
    ]);
    this.readAttributes = props.readAttributes;
    this.scopes = props.scopes;
    this.callbackUrl = firstOf(props.callbackUrls)!;
    this.logoutUrl = props.logoutUrls && firstOf(props.logoutUrls);
    this.client = new CognitoUserPoolClient(this, 'Default', {
      userPoolId: userPool.userPoolId,
      name: props.name,
      ...validityArguments(props),
      ...rotationArguments(props),
      generateSecret: props.generateSecret,
      enableTokenRevocation: props.enableTokenRevocation,
      preventUserExistenceErrors: props.preventUserExistenceErrors ? 'ENABLED' : 'LEGACY',
      explicitAuthFlows: props.explicitAuthFlows ?? [
        'ALLOW_USER_PASSWORD_AUTH',
        ...(props.refreshTokenRotation ? [] : [refreshFlow]),
      ],
      allowedOauthFlows: ['code'],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: scopeReferences(props.scopes, resourceServers),
      callbackUrls: props.callbackUrls,
      // Without a list, the provider sends those that the client has.
      ...(props.logoutUrls && { logoutUrls: props.logoutUrls }),
      // Cognito rejects a client whose provider does not exist yet; the reference makes Terraform wait for it.
      supportedIdentityProviders: props.identityProviders.map(
        (name) => known[name]?.identityProvider.providerName ?? name,
      ),
      ...(props.defaultRedirectUri !== undefined && { defaultRedirectUri: props.defaultRedirectUri }),
      ...(props.authSessionValidity !== undefined && { authSessionValidity: minutesOf(props.authSessionValidity) }),
      ...(props.readAttributes && { readAttributes: props.readAttributes }),
      ...(props.writeAttributes && { writeAttributes: props.writeAttributes }),
    });
  }

  get clientId(): string {
    return this.client.id;
  }

  /** Secret of the client, if it has one. */
  get clientSecret(): string | undefined {
    return this.client.generateSecretInput === true ? this.client.clientSecret : undefined;
  }
}

/** Lists the scopes of resource servers as a client requests them. */
export function scopesOf(resourceServers: readonly ResourceServer[]): string[] {
  return resourceServers.flatMap(({ scopes }) => [...scopes.keys()]);
}

/** Returns the scopes of a client, each of a resource server as a reference to it. */
export function scopeReferences(scopes: readonly string[], resourceServers: readonly ResourceServer[]): string[] {
  const references = new Map(resourceServers.flatMap((server) => [...server.scopes]));
  return scopes.map((scope) => references.get(scope) ?? scope);
}

/** Returns the first item of a list, which can be a token as a whole. */
function firstOf(list: string[]): string | undefined {
  return Token.isUnresolved(list) ? String(Fn.element(list, 0)) : list[0];
}

/** A client whose rotation was never on has no block: for `DISABLED`, the provider plans the same change again. */
function rotationArguments({ refreshTokenRotation: rotation }: CodeClientSettings) {
  if (rotation === undefined) {
    return {};
  }
  return {
    refreshTokenRotation: [
      rotation === false
        ? // Without 0, the provider plans the same change again.
          { feature: 'DISABLED', retryGracePeriodSeconds: 0 }
        : { feature: 'ENABLED', retryGracePeriodSeconds: rotation.retryGracePeriodSeconds },
    ],
  };
}
