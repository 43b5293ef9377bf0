/** What AWS documents of the event of a trigger. */
export interface DocumentedEvent {
  readonly page: string;
  /** Members of `request`, apart from what is in `userAttributes` and in metadata. */
  readonly request: readonly string[];
  readonly response: readonly string[];
}

const guide = 'https://docs.aws.amazon.com/cognito/latest/developerguide';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html */
export const commonMembers = ['version', 'triggerSource', 'region', 'userPoolId', 'userName'].concat([
  'callerContext.awsSdkVersion',
  'callerContext.clientId',
]);

const groupConfiguration = ['groupsToOverride', 'iamRolesToOverride', 'preferredRole'].map(
  (name) => `groupConfiguration.${name}`,
);

export const documentedEvents: Readonly<Record<string, DocumentedEvent>> = {
  PreSignUp: {
    page: `${guide}/user-pool-lambda-pre-sign-up.html`,
    request: ['userAttributes', 'validationData', 'clientMetadata'],
    response: ['autoConfirmUser', 'autoVerifyPhone', 'autoVerifyEmail'],
  },
  PostConfirmation: {
    page: `${guide}/user-pool-lambda-post-confirmation.html`,
    request: ['userAttributes', 'clientMetadata'],
    response: [],
  },
  PreAuthentication: {
    page: `${guide}/user-pool-lambda-pre-authentication.html`,
    request: ['userAttributes', 'validationData', 'userNotFound'],
    response: [],
  },
  PostAuthentication: {
    page: `${guide}/user-pool-lambda-post-authentication.html`,
    request: ['userAttributes', 'newDeviceUsed', 'clientMetadata'],
    response: [],
  },
  'PreTokenGeneration V1_0': {
    page: `${guide}/user-pool-lambda-pre-token-generation.html`,
    request: ['userAttributes', ...groupConfiguration, 'clientMetadata'],
    response: ['claimsOverrideDetails'],
  },
  'PreTokenGeneration V2_0': {
    page: `${guide}/user-pool-lambda-pre-token-generation.html`,
    request: ['userAttributes', 'scopes', ...groupConfiguration, 'clientMetadata'],
    response: ['claimsAndScopeOverrideDetails'],
  },
  CustomMessage: {
    page: `${guide}/user-pool-lambda-custom-message.html`,
    request: ['userAttributes', 'codeParameter', 'usernameParameter', 'clientMetadata'],
    response: ['smsMessage', 'emailMessage', 'emailSubject'],
  },
  UserMigration: {
    page: `${guide}/user-pool-lambda-migrate-user.html`,
    request: ['password', 'validationData', 'clientMetadata'],
    response: ['userAttributes', 'finalUserStatus', 'messageAction', 'desiredDeliveryMediums'].concat(
      'forceAliasCreation',
      'enableSMSMFA',
    ),
  },
};
