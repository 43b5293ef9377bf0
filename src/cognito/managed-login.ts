import { readFileSync } from 'node:fs';

import { CognitoManagedLoginBranding } from '@cdktf/provider-aws/lib/cognito-managed-login-branding';
import { type Construct } from 'constructs';

import { Namespace } from '../stack/address';
import { assertRules } from '../rules/rule';
import { type AppClient } from './app-client';
import { managedLoginSettings } from './login-settings';
import { type UserPool } from './user-pool';

export interface ManagedLoginProps {
  readonly userPool: UserPool;
  /** The app clients to which users sign in. */
  readonly appClients: readonly AppClient[];
  /**
   * File with the settings of the style, from the folder of the project.
   *
   * @default - Cognito's own style
   */
  readonly branding?: string | undefined;
}

/** The styles of the managed login. Each app client needs one: without it, its login shows an error page. */
export class ManagedLogin extends Namespace {
  readonly brandings: readonly CognitoManagedLoginBranding[];

  constructor(scope: Construct, id: string, { userPool, appClients, branding }: ManagedLoginProps) {
    super(scope, id);
    assertRules(this, { branding: managedLoginSettings.shape.branding }, { branding });
    const style =
      branding === undefined
        ? { useCognitoProvidedValues: true }
        : { settings: JSON.stringify(JSON.parse(readFileSync(branding, 'utf8'))) };
    this.brandings = appClients.map(
      (client) =>
        new CognitoManagedLoginBranding(this, client.node.id, {
          userPoolId: userPool.userPoolId,
          clientId: client.clientId,
          ...style,
        }),
    );
  }
}
