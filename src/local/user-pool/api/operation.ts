import type * as sdk from '@aws-sdk/client-cognito-identity-provider';

import { type UserPool } from '../user-pool';

type Sdk = typeof sdk;
type Command<Name extends OperationName> = InstanceType<Sdk[`${Name}Command`]>;

/** An operation of Cognito's API. */
export type OperationName = {
  [Key in keyof Sdk]: Key extends `${infer Name}Command` ? Name : never;
}[keyof Sdk];

/** A checked request: with all required members, and without those that have no effect here. */
export type Request<Name extends OperationName> = Omit<Checked<Command<Name>['input']>, MemberWithoutEffect<Name>>;

/** A response, without the metadata of the AWS SDK. */
export type Response<Name extends OperationName> = Omit<
  Awaited<ReturnType<ReturnType<Command<Name>['resolveMiddleware']>>>['output'],
  '$metadata'
>;

/**
 * Takes a request that has its shape, and returns the response.
 *
 * @param pool the user pool that the request names
 * @param all all user pools of the account
 */
export type Operation<Name extends OperationName> = (
  pool: UserPool,
  request: Request<Name>,
  all: readonly UserPool[],
) => Response<Name> | Promise<Response<Name>>;

/** Request members without an effect here, of all operations or of one, and their purpose. */
export const withoutEffect = {
  AnalyticsMetadata: 'Amazon Pinpoint',
  ContextData: 'threat protection',
  DeviceKey: 'device tracking',
  ForceAliasCreation: 'aliases of users',
  FriendlyDeviceName: 'device tracking',
  RevokeAssociatedSessions: 'session tracking',
  UserContextData: 'threat protection',
  'AdminLinkProviderForUser.DestinationUser.ProviderAttributeName': 'ignored by AWS',
  'AdminInitiateAuth.Session': 'the flow USER_AUTH',
  'ConfirmSignUp.Session': 'the flow USER_AUTH',
  'InitiateAuth.Session': 'the flow USER_AUTH',
} as const;

type MemberWithoutEffect<Name extends string> = {
  [Key in keyof typeof withoutEffect]: Key extends `${Name}.${infer Member}` ? Member : Key;
}[keyof typeof withoutEffect];

type Checked<Input> = {
  readonly [Name in keyof Input]: object extends Pick<Input, Name> ? Input[Name] : Exclude<Input[Name], undefined>;
};
