import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Construct } from 'constructs';

import { assertRules } from '../rules/rule';
import { type UserPoolEmail } from './user-pool-email';
import { findUserPoolConflicts, userPoolSettings, type UserPoolSettings } from './user-pool-settings';

export type UserPoolProps = UserPoolSettings;

/** A user pool whose users sign in with their e-mail address, which a mailed code verifies. */
export class UserPool extends Construct {
  readonly userPool: CognitoUserPool;
  readonly webAclAssociation: Wafv2WebAclAssociation | undefined;

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    assertRules(this, userPoolSettings.shape, props, findUserPoolConflicts);
    this.userPool = new CognitoUserPool(this, 'Default', {
      name: props.name,
      usernameAttributes: ['email'],
      autoVerifiedAttributes: ['email'],
      adminCreateUserConfig: { allowAdminCreateUserOnly: !props.selfSignUpEnabled },
      verificationMessageTemplate: {
        defaultEmailOption: 'CONFIRM_WITH_CODE',
        emailSubject: props.verificationEmail.subject,
        emailMessage: props.verificationEmail.message,
      },
      accountRecoverySetting: { recoveryMechanism: [{ name: 'verified_email', priority: 1 }] },
      ...(props.deletionProtection && { deletionProtection: 'ACTIVE', lifecycle: { preventDestroy: true } }),
      // The provider takes a missing member for false, so the policy has all of them.
      ...(props.passwordPolicy && { passwordPolicy: props.passwordPolicy }),
      ...(props.mfa !== 'off' && {
        mfaConfiguration: props.mfa === 'required' ? 'ON' : 'OPTIONAL',
        softwareTokenMfaConfiguration: { enabled: true },
      }),
      ...(props.tier && { userPoolTier: props.tier }),
      ...(props.threatProtection !== 'off' && {
        userPoolAddOns: { advancedSecurityMode: props.threatProtection === 'audit' ? 'AUDIT' : 'ENFORCED' },
      }),
      ...(props.caseSensitive !== undefined && { usernameConfiguration: { caseSensitive: props.caseSensitive } }),
      ...(props.email && { emailConfiguration: emailConfiguration(props.email) }),
    });
    this.webAclAssociation =
      props.webAclArn === undefined
        ? undefined
        : new Wafv2WebAclAssociation(this.userPool, 'web_acl', {
            resourceArn: this.userPool.arn,
            webAclArn: props.webAclArn,
          });
  }

  get userPoolId(): string {
    return this.userPool.id;
  }

  get userPoolArn(): string {
    return this.userPool.arn;
  }

  /** Issuer of the pool's tokens. The discovery document and the public keys are under this URL. */
  get issuer(): string {
    return `https://${this.userPool.endpoint}`;
  }
}

function emailConfiguration({ identityArn, from, replyTo, configurationSet }: UserPoolEmail) {
  return {
    emailSendingAccount: 'DEVELOPER',
    sourceArn: identityArn,
    fromEmailAddress: from,
    ...(replyTo !== undefined && { replyToEmailAddress: replyTo }),
    ...(configurationSet !== undefined && { configurationSet }),
  };
}
