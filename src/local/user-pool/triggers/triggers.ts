import { z } from 'zod';

import { type AppClient, type MailTemplate, type TriggerName, type User, type UserPoolConfiguration } from '../model';
import { claimOverrides, type GroupClaims, type TokenOverrides, tokenOverrides } from '../tokens/token-overrides';
import { UserPoolError } from '../user-pool-error';
import { emailOf } from '../users/users';

/** Calls a function with an event as JSON. Returns what its handler returns as JSON, or the message of its error. */
export type InvokeFunction = (
  functionArn: string,
  event: string,
) => Promise<{ readonly result: string } | { readonly failure: string }>;

/** Names and values that an app sends for the triggers. */
export type Metadata = Readonly<Record<string, string>>;

/** The request that invokes a trigger. */
export interface Caller {
  /** Nothing if an administrator sends the request. */
  readonly client?: Pick<AppClient, 'id' | 'preventUserExistenceErrors'> | undefined;
  readonly clientMetadata?: Metadata | undefined;
  readonly validationData?: Metadata | undefined;
}

interface TriggersProps {
  readonly configuration: Pick<UserPoolConfiguration, 'id' | 'triggers'>;
  readonly invokeFunction: InvokeFunction;
  /** Called with what is wrong with the response of a function, which no caller sees. */
  readonly report?: ((message: string) => void) | undefined;
  /**
   * Milliseconds that Cognito waits for a function, including a cold start.
   *
   * @default 5000
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
   */
  readonly timeout?: number | undefined;
}

/** How often Cognito invokes a function that does not respond in time, as observed. AWS no longer documents it. */
const maxAttempts = 3;

const anything = z.object({});
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

const preSignUpResponse = z.object({ autoConfirmUser: flag, autoVerifyEmail: flag, autoVerifyPhone: flag });

const customMessageResponse = z.object({ emailMessage: text, emailSubject: text });

const userMigrationResponse = z.object({
  userAttributes: z.record(z.string(), z.string()).nullish(),
  finalUserStatus: text,
});

/** In characters. */
const longestMessage = 20_000;

/** In characters, as in the settings of a user pool. AWS does not document it for a trigger. */
const longestSubject = 140;

/** The placeholders of an email, which Cognito replaces. */
const codeParameter = '{####}';
const usernameParameter = '{username}';

const messagePattern = String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`;

/**
 * The Lambda triggers of a user pool: the event of each, and what its response changes.
 *
 * Without a function, a trigger changes nothing.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export class Triggers {
  /** Changes with the stacks. */
  invokeFunction: InvokeFunction;

  constructor(private readonly props: TriggersProps) {
    this.invokeFunction = props.invokeFunction;
  }

  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html */
  async preSignUp(
    source: 'PreSignUp_AdminCreateUser' | 'PreSignUp_ExternalProvider' | 'PreSignUp_SignUp',
    userName: string,
    attributes: ReadonlyMap<string, string>,
    caller: Caller,
  ): Promise<z.output<typeof preSignUpResponse>> {
    const response = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false };
    const request = {
      userAttributes: Object.fromEntries(attributes),
      validationData: caller.validationData ?? null,
    };
    return (
      (await this.invoke('PreSignUp', { source, userName, request, response }, caller, preSignUpResponse)) ?? response
    );
  }

  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html */
  async postConfirmation(
    source: 'PostConfirmation_ConfirmSignUp' | 'PostConfirmation_ConfirmForgotPassword',
    user: User,
    caller: Caller,
  ): Promise<void> {
    const request = { userAttributes: attributesOf(user) };
    await this.invoke('PostConfirmation', { source, userName: user.username, request, response: {} }, caller, anything);
  }

  /**
   * @param username the name of an unknown user, for whom the function is invoked only if the client hides that
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html
   */
  async preAuthentication(user: User | undefined, username: string, caller: Caller): Promise<void> {
    const isHidden = caller.client?.preventUserExistenceErrors === true;
    if (!user && !isHidden) {
      return;
    }
    const request = {
      userAttributes: user ? attributesOf(user) : {},
      validationData: caller.validationData ?? null,
      ...(isHidden && { userNotFound: !user }),
    };
    const source = 'PreAuthentication_Authentication';
    const userName = user?.username ?? username;
    await this.invoke('PreAuthentication', { source, userName, request, response: {} }, caller, anything);
  }

  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html */
  async postAuthentication(user: User, caller: Caller): Promise<void> {
    const request = { userAttributes: attributesOf(user), newDeviceUsed: false };
    const source = 'PostAuthentication_Authentication';
    await this.invoke(
      'PostAuthentication',
      { source, userName: user.username, request, response: {} },
      caller,
      anything,
    );
  }

  /**
   * Returns the subject and the text of an email, which are those of the template unless the function sets them.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
   */
  async customMessage(
    source: CustomMessageSource,
    user: User,
    template: MailTemplate,
    caller: Caller,
  ): Promise<MailTemplate> {
    const isInvitation = source === 'CustomMessage_AdminCreateUser';
    const request = {
      userAttributes: attributesOf(user),
      codeParameter,
      linkParameter: '{##Click Here##}',
      usernameParameter: isInvitation ? usernameParameter : null,
    };
    const response = { smsMessage: null, emailMessage: null, emailSubject: null };
    const event = { source, userName: user.username, request, response };
    const { emailMessage, emailSubject } =
      (await this.invoke('CustomMessage', event, caller, customMessageResponse)) ?? {};
    const placeholders = [...(isInvitation ? [usernameParameter] : []), codeParameter];
    if (emailMessage !== undefined && !placeholders.every((placeholder) => emailMessage.includes(placeholder))) {
      const pattern = placeholders.map((placeholder) => placeholder.replace(/[{}]/g, '\\$&')).join(messagePattern);
      throw invalidMember(
        'emailBody',
        `satisfy regular expression pattern: ${messagePattern}${pattern}${messagePattern}`,
      );
    }
    assertLength('emailBody', emailMessage, longestMessage);
    assertLength('emailSubject', emailSubject, longestSubject);
    return { subject: emailSubject ?? template.subject, message: emailMessage ?? template.message };
  }

  /**
   * Returns the attributes of a user who is not in the user pool, or nothing if the function does not know the user.
   *
   * @param password the one that the function checks; nothing if the user has forgotten it
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
   */
  async userMigration(
    userName: string,
    password: string | undefined,
    caller: Caller,
  ): Promise<{ readonly attributes: Metadata; readonly isConfirmed: boolean } | undefined> {
    const request = {
      ...(password !== undefined && { password }),
      validationData: caller.validationData ?? null,
    };
    const response = {
      userAttributes: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    };
    const source = password === undefined ? 'UserMigration_ForgotPassword' : 'UserMigration_Authentication';
    const event = { source, userName, request, response };
    const migrated = await this.invoke('UserMigration', event, caller, userMigrationResponse);
    const attributes = migrated?.userAttributes ?? {};
    return Object.keys(attributes).length === 0
      ? undefined
      : { attributes, isConfirmed: migrated?.finalUserStatus === 'CONFIRMED' };
  }

  /**
   * Returns what a function changes in the tokens of a user, or in the access token of a client that acts for no user.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
   */
  async preTokenGeneration(
    source: TokenSource,
    { user, groups, scopes }: TokenRequest,
    caller: Caller,
  ): Promise<TokenOverrides | undefined> {
    const version = this.props.configuration.triggers.get('PreTokenGeneration')?.eventVersion;
    if (source === 'TokenGeneration_ClientCredentials' && version !== 'V3_0') {
      return undefined;
    }
    const request = {
      userAttributes: user ? attributesOf(user) : {},
      groupConfiguration: {
        groupsToOverride: groups.groups,
        iamRolesToOverride: groups.roles,
        preferredRole: groups.preferredRole ?? null,
      },
      ...(version !== 'V1_0' && { scopes }),
    };
    const [response, schema] =
      version === 'V1_0'
        ? ([{ claimsOverrideDetails: null }, claimOverrides] as const)
        : ([{ claimsAndScopeOverrideDetails: null }, tokenOverrides] as const);
    const event = { source, userName: user?.username, request, response };
    return this.invoke<TokenOverrides>('PreTokenGeneration', event, caller, schema);
  }

  /**
   * Invokes the function of a trigger, and reads its response. Returns nothing if the trigger has no function.
   *
   * @throws {UserPoolError} when the function throws, does not respond in time, or does not return the event
   */
  private async invoke<Response>(
    name: TriggerName,
    { source, userName, request, response }: TriggerEvent,
    { client, clientMetadata }: Caller,
    schema: z.ZodType<Response>,
  ): Promise<Response | undefined> {
    const { id, triggers } = this.props.configuration;
    const trigger = triggers.get(name);
    if (!trigger) {
      return undefined;
    }
    const event = JSON.stringify({
      version: trigger.eventVersion.slice(1, 2),
      triggerSource: source,
      region: id.split('_')[0],
      userPoolId: id,
      ...(userName !== undefined && { userName }),
      callerContext: {
        awsSdkVersion: 'aws-sdk-unknown-unknown',
        clientId: client?.id ?? 'CLIENT_ID_NOT_APPLICABLE',
      },
      request: { ...request, ...(clientMetadata && { clientMetadata }) },
      response,
    });
    const outcome = await this.inTime(trigger.functionArn, event);
    if (!outcome) {
      throw new UserPoolError(
        'UnexpectedLambdaException',
        `${name} invocation failed due to error Socket timeout while invoking Lambda function.`,
      );
    }
    if ('failure' in outcome) {
      throw new UserPoolError('UserLambdaValidationException', `${name} failed with error ${outcome.failure}.`);
    }
    const { data, error } = z.object({ response: schema }).safeParse(JSON.parse(outcome.result));
    if (!data) {
      const [{ path, message }] = error.issues as [z.core.$ZodIssue];
      this.props.report?.(
        `${name}: the handler must return its event: ${[path.join('.'), message].filter(Boolean).join(': ')}`,
      );
      throw new UserPoolError('InvalidLambdaResponseException');
    }
    return data.response;
  }

  /** Invokes a function until it responds in time. Returns nothing if it never does. */
  private async inTime(functionArn: string, event: string): Promise<Awaited<ReturnType<InvokeFunction>> | undefined> {
    // Changed stacks can be without the function.
    const { invokeFunction } = this;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), this.props.timeout ?? 5000);
      });
      const outcome = await Promise.race([invokeFunction(functionArn, event), timeout]);
      clearTimeout(timer);
      if (outcome) {
        return outcome;
      }
    }
    return undefined;
  }
}

/** @throws {UserPoolError} when there is a text that is empty or too long */
function assertLength(member: string, text: string | undefined, longest: number): void {
  if (text === '') {
    throw invalidMember(member, 'have length greater than or equal to 1');
  }
  if (text !== undefined && text.length > longest) {
    throw invalidMember(member, `have length less than or equal to ${longest}`);
  }
}

/** Returns the error of Cognito's API for a member that breaks a constraint. */
function invalidMember(member: string, constraint: string): UserPoolError {
  return new UserPoolError(
    'InvalidParameterException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** Returns whether an error is one of a trigger's function. */
export function isTriggerError({ code }: UserPoolError): boolean {
  return ['InvalidLambdaResponseException', 'UnexpectedLambdaException', 'UserLambdaValidationException'].includes(
    code,
  );
}

interface TriggerEvent {
  readonly source: string;
  readonly userName: string | undefined;
  readonly request: object;
  readonly response: object;
}

export type CustomMessageSource =
  | 'CustomMessage_AdminCreateUser'
  | 'CustomMessage_ForgotPassword'
  | 'CustomMessage_ResendCode'
  | 'CustomMessage_SignUp'
  | 'CustomMessage_UpdateUserAttribute'
  | 'CustomMessage_VerifyUserAttribute';

export type TokenSource =
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_ClientCredentials'
  | 'TokenGeneration_HostedAuth'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_RefreshTokens';

interface TokenRequest {
  /** Nothing for a client that acts for no user. */
  readonly user: User | undefined;
  readonly groups: GroupClaims;
  readonly scopes: readonly string[];
}

/** Returns the attributes of a user as events have them. */
function attributesOf(user: User): Metadata {
  return {
    sub: user.sub,
    // Where users sign in with a user name, the address is no alias of it.
    ...(user.username === user.sub && { 'cognito:email_alias': emailOf(user)! }),
    'cognito:user_status': user.status,
    ...Object.fromEntries(user.attributes),
  };
}
