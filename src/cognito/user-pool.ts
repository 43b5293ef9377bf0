import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Construct } from 'constructs';
import { z } from 'zod';

import { webAclArnRule } from '../arn';
import { assertRules, charactersRule, illegalCharacter, membersRule, textRule } from '../rule';

export interface UserPoolProps {
  /** Name of the user pool, 1 to 128 characters. */
  readonly name: string;
  /** Whether users can sign themselves up. Otherwise, only an administrator can add users. */
  readonly selfSignUpEnabled: boolean;
  /** The e-mail with the code that verifies the address of a new user. */
  readonly verificationEmail: VerificationEmail;
  /**
   * ARN of the web ACL of AWS WAF that protects the hosted login and the API of the user pool.
   *
   * @default - no firewall
   */
  readonly webAclArn?: string | undefined;
}

export interface VerificationEmail {
  /** Subject, 1 to 140 characters. */
  readonly subject: string;
  /** Body, 6 to 20000 characters, with `{####}` where Cognito puts the code. */
  readonly message: string;
}

/** A character of a name. Cognito allows only the white space of ASCII. */
export const nameCharacter = /^[\w \t\n\v\f\r+=,.@-]$/;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html */
export const cognitoNameRule = charactersRule('letters, digits, spaces and _ + = , . @ -', {
  legal: nameCharacter,
  max: 128,
});

const messageCharacter = /^[\p{L}\p{M}\p{S}\p{N}\p{P}\s]$/u;

/**
 * The settings of the user pool.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerificationMessageTemplateType.html
 */
export const userPoolSettings = membersRule({
  name: cognitoNameRule.default('awesome-cognito-user-pool').describe('Name of the user pool.'),
  selfSignUpEnabled: z.boolean().default(true).describe('Whether users can sign themselves up.'),
  verificationEmail: membersRule({
    subject: charactersRule('letters, marks, symbols, digits, punctuation and spaces', {
      legal: messageCharacter,
      max: 140,
    })
      .default('You need to verify your email')
      .describe('Subject of the e-mail with the verification code.'),
    message: textRule(
      '6 to 20000 letters, marks, symbols, digits, punctuation and spaces, with {####} where Cognito puts the code',
      (message) => {
        if (message.length < 6 || message.length > 20_000) {
          return `is ${message.length} characters long`;
        }
        return (
          illegalCharacter(message, messageCharacter) ??
          (message.includes('{####}') ? undefined : 'has no {####} for the code')
        );
      },
    )
      .default('Thanks for signing up Your verification code is {####}')
      .describe('Body of that e-mail. Cognito replaces `{####}` with the code.'),
  }).prefault({}),
  webAclArn: webAclArnRule
    .optional()
    .describe('Web ACL of AWS WAF that protects the hosted login and the API of the user pool, in its region.'),
});

/** A user pool whose users sign in with their e-mail address, which a mailed code verifies. */
export class UserPool extends Construct {
  readonly userPool: CognitoUserPool;
  readonly webAclAssociation: Wafv2WebAclAssociation | undefined;

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    assertRules(this, userPoolSettings.shape, props);
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
