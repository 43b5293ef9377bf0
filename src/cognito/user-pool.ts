import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { functionNameOf } from '../lambda/lambda-settings';
import { findOtherRegion } from '../rules/arn';
import { readProps } from '../rules/check';
import { type ValidParts, type Problem } from '../rules/rule';
import { AwsStack } from '../stack/aws-stack';
import { defineWebAcl } from '../waf/define-web-acl';
import { type WebAcl } from '../waf/web-acl';
import { RiskConfiguration } from './risk-configuration';
import type * as triggerConstruct from './trigger';
import { eventVersionOf, type TriggerName, type TriggerSettings } from './trigger-settings';
import { attributesOf, schemaOf, type UserAttributes } from './user-attributes';
import { UserEventLogs } from './user-event-logs';
import { sesRegions, type UserPoolEmail } from './user-pool-email';
import { type Tier, userPoolSettings } from './user-pool-settings';

/** Props of a user pool. The settings have their rules, defaults and descriptions. */
export type UserPoolProps = z.input<typeof userPoolSettings>;

/** A user pool whose users sign in with their email address or a user name. A code in an email verifies the address. */
export class UserPool extends Construct {
  readonly userPool: CognitoUserPool;
  readonly riskConfiguration: RiskConfiguration | undefined;
  readonly userEventLogs: UserEventLogs | undefined;
  readonly webAcl: WebAcl | undefined;
  readonly webAclAssociation: Wafv2WebAclAssociation | undefined;
  /** The Lambda triggers by name. */
  readonly triggers: Readonly<Partial<Record<TriggerName, triggerConstruct.Trigger>>>;
  /** Feature plan. Undefined if it is not set, so that AWS chooses it. */
  readonly tier: Tier | undefined;
  /** The attributes that its schema has, in addition to Cognito's. */
  readonly attributes: UserAttributes;

  constructor(scope: Construct, id: string, userPoolInput: UserPoolProps = {}) {
    super(scope, id);
    const props = readProps(this, userPoolSettings, userPoolInput, (given) =>
      findRegionConflicts(given, AwsStack.find(this)?.region),
    );
    const { logKmsKeyArn } = props;
    this.tier = props.tier;
    this.triggers = this.defineTriggers(props);
    this.attributes = attributesOf(props.signIn, props.attributes);
    const schema = schemaOf(this.attributes);
    this.userPool = new CognitoUserPool(this, 'Default', {
      name: props.name,
      ...(props.signIn === 'email' && { usernameAttributes: ['email'] }),
      ...(schema.length > 0 && { schema }),
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
      ...(Object.keys(this.triggers).length > 0 && { lambdaConfig: this.lambdaConfig(props.triggers) }),
    });
    Object.values(this.triggers).forEach((trigger) => trigger.permit(this.userPool));
    this.riskConfiguration =
      props.riskConfiguration &&
      new RiskConfiguration(this, 'risk_configuration', {
        ...props.riskConfiguration,
        userPoolId: this.userPool.id,
        email: props.email,
      });
    this.userEventLogs =
      props.userEventLogs &&
      new UserEventLogs(this, 'user_event_logs', {
        ...props.userEventLogs,
        userPoolId: this.userPool.id,
        userPoolName: props.name,
        logKmsKeyArn,
      });
    this.webAcl = defineWebAcl(this, props.webAcl, { name: props.name, protects: 'login', logKmsKeyArn });
    const webAclArn = this.webAcl?.arn ?? props.webAclArn;
    this.webAclAssociation =
      webAclArn === undefined
        ? undefined
        : new Wafv2WebAclAssociation(this.userPool, 'web_acl', {
            resourceArn: this.userPool.arn,
            webAclArn,
          });
  }

  private defineTriggers({
    name: userPoolName,
    triggers,
    logKmsKeyArn,
  }: z.output<typeof userPoolSettings>): UserPool['triggers'] {
    const given = Object.entries(triggers ?? {}).flatMap(([name, lambda]) =>
      lambda === undefined ? [] : [[name, lambda] as const],
    );
    if (given.length === 0) {
      return {};
    }
    // Loaded when it is needed, so that a project without a function does not wait for it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in any case
    const { Trigger } = require('./trigger') as typeof triggerConstruct;
    return Object.fromEntries(
      given.map(([name, lambda]) => [
        name,
        new Trigger(this, name, { functionName: functionNameOf(userPoolName, name), lambda, logKmsKeyArn }),
      ]),
    );
  }

  private lambdaConfig({ preTokenGeneration: token }: TriggerSettings = {}) {
    const { preTokenGeneration, ...others } = this.triggers;
    return {
      ...Object.fromEntries(Object.entries(others).map(([name, { functionArn }]) => [name, functionArn])),
      ...(preTokenGeneration && {
        preTokenGenerationConfig: {
          lambdaArn: preTokenGeneration.functionArn,
          lambdaVersion: eventVersionOf(token),
        },
      }),
    };
  }

  get userPoolId(): string {
    return this.userPool.id;
  }

  get userPoolArn(): string {
    return this.userPool.arn;
  }

  /** Issuer of the tokens of the user pool. The discovery document and the public keys are under this URL. */
  get issuer(): string {
    return `https://${this.userPool.endpoint}`;
  }
}

/** Finds ARNs of regions that a user pool cannot use. */
export function findRegionConflicts(
  {
    email,
    logKmsKeyArn,
    webAclArn,
  }: ValidParts<Pick<z.output<typeof userPoolSettings>, 'email' | 'logKmsKeyArn' | 'webAclArn'>>,
  region: string | undefined,
): Problem[] {
  return [
    ...findOtherRegion(['email', 'identityArn'], email?.identityArn, [region, ...sesRegions]),
    ...findOtherRegion(['logKmsKeyArn'], logKmsKeyArn, [region]),
    ...findOtherRegion(['webAclArn'], webAclArn, [region]),
  ];
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
