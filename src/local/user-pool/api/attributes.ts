import { type AttributeType } from '@aws-sdk/client-cognito-identity-provider';

import { type Attribute } from '../user-attributes';

/** Returns the attributes of a request; a missing value is an empty one. */
export function attributesOf(given: readonly AttributeType[] = []): Attribute[] {
  return given.map(({ Name, Value = '' }) => ({ Name: Name!, Value }));
}
