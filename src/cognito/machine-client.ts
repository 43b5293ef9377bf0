import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client';
import { Construct } from 'constructs';

import { assertRules } from '../rules/rule';
import { machineClientSettings, type MachineClientSettings, refreshFlow } from './app-client-settings';
import { type ResourceServer, scopeReferences } from './resource-server';
import { validityArguments } from './token-validity';
import { type UserPool } from './user-pool';
import { cognitoNameRule } from './user-pool-settings';

export interface MachineClientProps extends MachineClientSettings {
  readonly userPool: UserPool;
  /** Name of the app client, 1 to 128 characters. */
  readonly name: string;
  /** The resource servers that the scopes belong to. */
  readonly resourceServers: readonly ResourceServer[];
}

/** An app client of the client credentials grant: a program that gets access tokens for itself with its secret. */
export class MachineClient extends Construct {
  readonly client: CognitoUserPoolClient;
  /** The scopes as the client requests them. */
  readonly scopes: readonly string[];

  constructor(scope: Construct, id: string, props: MachineClientProps) {
    super(scope, id);
    assertRules(this, { name: cognitoNameRule, ...machineClientSettings.shape }, props);
    this.scopes = props.scopes;
    this.client = new CognitoUserPoolClient(this, 'Default', {
      userPoolId: props.userPool.userPoolId,
      name: props.name,
      // It gets neither an ID token nor a refresh token, but the provider wants the three validities together.
      ...validityArguments({ ...props, idTokenValidity: '60 minutes', refreshTokenValidity: '1 day' }),
      generateSecret: true,
      preventUserExistenceErrors: 'ENABLED',
      // Without any, Cognito would let users sign in to this client through its API.
      explicitAuthFlows: [refreshFlow],
      allowedOauthFlows: ['client_credentials'],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: scopeReferences(this, props),
    });
  }

  get clientId(): string {
    return this.client.id;
  }

  get clientSecret(): string {
    return this.client.clientSecret;
  }
}
