import { type LambdaConfigType, type UserPoolType } from '@aws-sdk/client-cognito-identity-provider';

import { type PasswordPolicy, type UserPoolConfiguration } from '../../model';
import { standardAttributes, verifications } from '../../user-attributes';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

/** Describes the configuration of the user pool. */
export const describeUserPool: Operation<'DescribeUserPool'> = (pool, request) => {
  assertUserPool(pool, request);
  const { configuration, createdAt, modifiedAt, users } = pool;
  const { domain, invitationEmail, verificationEmail } = configuration;
  return {
    UserPool: {
      Id: configuration.id,
      Name: configuration.name,
      Arn: configuration.arn,
      CreationDate: new Date(createdAt),
      LastModifiedDate: new Date(modifiedAt),
      Policies: {
        PasswordPolicy: passwordPolicyType(configuration.passwordPolicy),
        SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
      },
      DeletionProtection: configuration.deletionProtection,
      UserPoolTier: configuration.tier,
      LambdaConfig: lambdaConfigType(configuration),
      SchemaAttributes: schemaAttributes,
      AutoVerifiedAttributes: ['email'],
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: configuration.caseSensitive },
      UserAttributeUpdateSettings: {
        AttributesRequireVerificationBeforeUpdate: configuration.verifiesEmailBeforeUpdate ? ['email'] : [],
      },
      MfaConfiguration: configuration.mfa,
      VerificationMessageTemplate: {
        DefaultEmailOption: 'CONFIRM_WITH_CODE',
        EmailSubject: verificationEmail.subject,
        EmailMessage: verificationEmail.message,
      },
      AdminCreateUserConfig: {
        AllowAdminCreateUserOnly: !configuration.selfSignUp,
        UnusedAccountValidityDays: configuration.passwordPolicy.temporaryPasswordDays,
        InviteMessageTemplate: { EmailSubject: invitationEmail.subject, EmailMessage: invitationEmail.message },
      },
      AccountRecoverySetting: { RecoveryMechanisms: recoveryMechanisms(configuration) },
      EstimatedNumberOfUsers: users.count,
      ...(domain.isCustom ? { CustomDomain: domain.name } : { Domain: domain.name }),
    },
  };
};

/** Writes the triggers as AWS does, which names the function of tokens twice. */
export function lambdaConfigType({ triggers }: UserPoolConfiguration): LambdaConfigType {
  const tokens = triggers.get('PreTokenGeneration');
  return {
    ...Object.fromEntries(Array.from(triggers, ([name, { functionArn }]) => [name, functionArn])),
    ...(tokens && {
      PreTokenGenerationConfig: { LambdaArn: tokens.functionArn, LambdaVersion: tokens.eventVersion },
    }),
  };
}

function passwordPolicyType(policy: PasswordPolicy) {
  return {
    MinimumLength: policy.minimumLength,
    RequireUppercase: policy.requiresUppercase,
    RequireLowercase: policy.requiresLowercase,
    RequireNumbers: policy.requiresNumbers,
    RequireSymbols: policy.requiresSymbols,
    PasswordHistorySize: policy.historySize,
    TemporaryPasswordValidityDays: policy.temporaryPasswordDays,
  };
}

function recoveryMechanisms({ recoveryMechanisms }: UserPoolConfiguration) {
  return recoveryMechanisms.map(({ name, priority }) => ({ Name: name, Priority: priority }));
}

/** The schema of every user pool without custom attributes. */
const schemaAttributes: UserPoolType['SchemaAttributes'] = ['sub', ...standardAttributes, ...verifications].map(
  (name) => ({
    Name: name,
    DeveloperOnlyAttribute: false,
    Mutable: name !== 'sub',
    Required: name === 'sub',
    ...constraintsOf(name),
  }),
);

function constraintsOf(name: string) {
  if (verifications.includes(name)) {
    return { AttributeDataType: 'Boolean' } as const;
  }
  if (name === 'updated_at') {
    return { AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '0' } } as const;
  }
  const [MinLength, MaxLength] = name === 'birthdate' ? ['10', '10'] : [name === 'sub' ? '1' : '0', '2048'];
  return { AttributeDataType: 'String', StringAttributeConstraints: { MinLength, MaxLength } } as const;
}
