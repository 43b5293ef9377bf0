import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import { type ClientProps, scopeReferences, scopesOf } from './app-client';
import { machineClientSettings, refreshFlow } from './app-client-settings';
import { findUnknownScopes } from './resource-server';
import { validityArguments } from './token-validity';
import { cognitoNameRule } from './user-pool-settings';

/** Props of an app client of a machine. The settings have their rules, defaults and descriptions. */
export interface MachineClientProps extends ClientProps, Omit<z.input<typeof machineClientSettings>, 'grant'> {}

const machineClientProps = machineClientSettings.omit({ grant: true }).extend({ name: cognitoNameRule });

/** An app client of the client credentials grant: a program that gets access tokens for itself with its secret. */
export class MachineClient extends Construct {
  readonly client: CognitoUserPoolClient;
  /** The scopes as the client requests them. */
  readonly scopes: readonly string[];

  constructor(scope: Construct, id: string, { userPool, resourceServers = [], ...given }: MachineClientProps) {
    super(scope, id);
    const props = readProps(this, machineClientProps, { ...given, name: given.name ?? id }, ({ scopes }) =>
      findUnknownScopes(scopes, scopesOf(resourceServers)),
    );
    this.scopes = props.scopes;
    this.client = new CognitoUserPoolClient(this, 'Default', {
      userPoolId: userPool.userPoolId,
      name: props.name,
      // It gets neither an ID token nor a refresh token, but the provider requires the three validities together.
      ...validityArguments({ ...props, idTokenValidity: '60 minutes', refreshTokenValidity: '1 day' }),
      generateSecret: true,
      preventUserExistenceErrors: 'ENABLED',
      // Without any, Cognito would let users sign in to this client through its API.
      explicitAuthFlows: [refreshFlow],
      allowedOauthFlows: ['client_credentials'],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: scopeReferences(props.scopes, resourceServers),
    });
  }

  get clientId(): string {
    return this.client.id;
  }

  get clientSecret(): string {
    return this.client.clientSecret;
  }
}
