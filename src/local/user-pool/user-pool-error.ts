/** A request that Cognito rejects, with the error code and the message of Cognito's API. */
export class UserPoolError extends Error {
  constructor(
    readonly code: UserPoolErrorCode,
    message: string = messages[code],
  ) {
    super(message);
  }
}

type UserPoolErrorCode = keyof typeof messages;

const messages = {
  AliasExistsException: 'An account with the given email already exists.',
  CodeMismatchException: 'Invalid verification code provided, please try again.',
  EnableSoftwareTokenMFAException: 'Code mismatch',
  ExpiredCodeException: 'Invalid code provided, please request a code again.',
  InvalidLambdaResponseException: 'Unrecognizable lambda output',
  InvalidParameterException: 'The request is not valid.',
  InvalidPasswordException: 'Password does not conform to policy.',
  LimitExceededException: 'Attempt limit exceeded, please try after some time.',
  NotAuthorizedException: 'Incorrect username or password.',
  PasswordHistoryPolicyViolationException: 'Password has previously been used.',
  PasswordResetRequiredException: 'Password reset required for the user',
  RefreshTokenReuseException: 'Refresh token has been rotated and can no longer be used.',
  ResourceNotFoundException: 'User pool client does not exist.',
  SoftwareTokenMFANotFoundException: 'Software Token MFA has not been enabled by the userPool.',
  UnauthorizedException: 'Client is not authorized.',
  UnexpectedLambdaException: 'The function of a trigger does not respond.',
  UnsupportedOperationException: 'This operation is not supported.',
  UnsupportedTokenTypeException: 'Unsupported token type.',
  UnsupportedUserStateException: 'Resend not possible. User status is not FORCE_CHANGE_PASSWORD.',
  UserLambdaValidationException: 'The function of a trigger has failed.',
  UsernameExistsException: 'An account with the given email already exists.',
  UserNotConfirmedException: 'User is not confirmed.',
  UserNotFoundException: 'User does not exist.',
} as const;
