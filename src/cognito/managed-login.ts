import { readFileSync } from 'node:fs';

import { CognitoManagedLoginBranding } from '@cdktf/provider-aws/lib/cognito-managed-login-branding';
import { type Construct } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import { type Problem } from '../rules/rule';
import { Namespace } from '../stack/address';
import { type AppClient } from './app-client';
import { managedLook } from './login-settings';
import { type UserPool } from './user-pool';
import { requiresTierAboveLite, type Tier } from './user-pool-settings';

export interface ManagedLoginProps extends z.input<typeof managedLook> {
  readonly userPool: UserPool;
  /** The app clients to which users sign in. */
  readonly appClients: readonly AppClient[];
}

/** The styles of the managed login. Each app client needs one: without it, its login shows an error page. */
export class ManagedLogin extends Namespace {
  readonly brandings: readonly CognitoManagedLoginBranding[];

  constructor(scope: Construct, id: string, { userPool, appClients, ...props }: ManagedLoginProps) {
    super(scope, id);
    const { branding } = readProps(this, managedLook, props, () => findManagedInLite(userPool.tier));
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

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html */
export function findManagedInLite(tier: Tier | undefined): Problem[] {
  return tier === 'LITE' ? [{ path: ['style'], problem: `managed ${requiresTierAboveLite}` }] : [];
}
