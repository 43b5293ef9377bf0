import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client';
import { Construct } from 'constructs';

import { assertRules } from '../rules/rule';
import {
  codeClientSettings,
  type CodeClientSettings,
  findAppClientConflicts,
  refreshFlow,
} from './app-client-settings';
import { type ResourceServer, scopeReferences } from './resource-server';
import { minutesOf, validityArguments } from './token-validity';
import { type UserPool } from './user-pool';
import { cognitoNameRule } from './user-pool-settings';

export interface AppClientProps extends CodeClientSettings {
  readonly userPool: UserPool;
  /** Name of the app client, 1 to 128 characters. */
  readonly name: string;
  /** The resource servers that the scopes belong to. */
  readonly resourceServers: readonly ResourceServer[];
}

/** An app client of the authorization code grant, to which users sign in. */
export class AppClient extends Construct {
  readonly client: CognitoUserPoolClient;
  /** The scopes as a client requests them. */
  readonly scopes: readonly string[];
  /** URL to which a sign-in returns, unless the client requests another of its callback URLs. */
  readonly callbackUrl: string;
  /** URL to which a sign-out returns, unless the client requests another of its logout URLs. */
  readonly logoutUrl: string | undefined;

  constructor(scope: Construct, id: string, props: AppClientProps) {
    super(scope, id);
    // The default flows have the one that rotation excludes.
    const explicitAuthFlows = props.explicitAuthFlows.filter(
      (flow) => !props.refreshTokenRotation || flow !== refreshFlow,
    );
    assertRules(
      this,
      { name: cognitoNameRule, ...codeClientSettings.shape },
      { ...props, explicitAuthFlows },
      findAppClientConflicts,
    );
    this.scopes = props.scopes;
    this.callbackUrl = props.callbackUrls[0]!;
    this.logoutUrl = props.logoutUrls?.[0];
    this.client = new CognitoUserPoolClient(this, 'Default', {
      userPoolId: props.userPool.userPoolId,
      name: props.name,
      ...validityArguments(props),
      ...rotationArguments(props),
      generateSecret: props.generateSecret,
      enableTokenRevocation: props.enableTokenRevocation,
      preventUserExistenceErrors: props.preventUserExistenceErrors ? 'ENABLED' : 'LEGACY',
      explicitAuthFlows,
      allowedOauthFlows: ['code'],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: scopeReferences(this, props),
      callbackUrls: [...props.callbackUrls],
      // Without a list, the provider sends those that the client has.
      ...(props.logoutUrls && { logoutUrls: [...props.logoutUrls] }),
      supportedIdentityProviders: ['COGNITO'],
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

/** Rotation that was never on leaves no block: the provider does not settle on one that says so. */
function rotationArguments({ refreshTokenRotation: rotation }: CodeClientSettings) {
  if (rotation === undefined) {
    return {};
  }
  return {
    refreshTokenRotation: [
      rotation === false
        ? // Without a 0, the provider plans a change that it then finds not made.
          { feature: 'DISABLED', retryGracePeriodSeconds: 0 }
        : { feature: 'ENABLED', retryGracePeriodSeconds: rotation.retryGracePeriodSeconds },
    ],
  };
}
