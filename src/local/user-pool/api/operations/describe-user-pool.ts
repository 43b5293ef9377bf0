import { type LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';

import { type SchemaAttribute } from '../../users/attribute-schema';
import { type PasswordPolicy, type UserPoolConfiguration } from '../../model';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

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
      SchemaAttributes: [sub, ...configuration.attributes].map(schemaAttributeType),
      ...(configuration.verifiesEmail && { AutoVerifiedAttributes: ['email'] }),
      ...(configuration.signIn === 'email' && { UsernameAttributes: ['email'] }),
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
      ...(domain && (domain.isCustom ? { CustomDomain: domain.name } : { Domain: domain.name })),
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

/** What AWS returns of `sub`, in addition to the attributes that can be set. */
const sub: readonly [string, SchemaAttribute] = [
  'sub',
  { type: 'String', mutable: false, required: true, minimum: 1, maximum: 2048 },
];

function schemaAttributeType([name, { type, mutable, required, ...bounds }]: readonly [string, SchemaAttribute]) {
  const [minimum, maximum] = [bounds.minimum?.toString(), bounds.maximum?.toString()];
  return {
    Name: name,
    AttributeDataType: type,
    DeveloperOnlyAttribute: false,
    Mutable: mutable,
    Required: required,
    ...(type === 'String' && { StringAttributeConstraints: { MinLength: minimum, MaxLength: maximum } }),
    ...(type === 'Number' && { NumberAttributeConstraints: { MinValue: minimum, MaxValue: maximum } }),
  };
}
