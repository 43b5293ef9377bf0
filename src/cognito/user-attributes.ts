import { type CognitoUserPoolSchema } from '@cdktf/provider-aws/lib/cognito-user-pool';
import { z } from 'zod';

import {
  illegalCharacter,
  lengthProblem,
  mapRule,
  objectRule,
  type Problem,
  stringRule,
  type ValidParts,
} from '../rules/rule';
import {
  customPrefix,
  isStandardAttribute,
  standardAttributes,
  standardConstraints,
  verificationAttributes,
} from '../rules/standard-attributes';

/** Attributes that Cognito sets. An entry of the schema with one of these names would define another attribute. */
const reservedNames: readonly string[] = ['sub', 'identities', ...verificationAttributes];

const nameCharacter = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]$/u;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html */
const attributeNameRule = stringRule(
  `${standardAttributes.join(', ')}, or custom: and 1 to 20 letters, marks, symbols, digits and punctuation`,
  (name) => {
    if (isStandardAttribute(name)) {
      return undefined;
    }
    if (!name.startsWith(customPrefix)) {
      return reservedNames.includes(name)
        ? 'must not be an attribute that Cognito sets'
        : 'must be that of a standard attribute, or begin with custom:';
    }
    const bare = name.slice(customPrefix.length);
    return (
      lengthProblem(bare, 1, 20)?.replace('characters', 'characters after custom:') ??
      illegalCharacter(bare, nameCharacter) ??
      // The API names an attribute of a new user pool without the prefix.
      (isStandardAttribute(bare) || reservedNames.includes(bare)
        ? `must not be that of an attribute of Cognito, ${bare}`
        : undefined)
    );
  },
);

const keepsAttribute = 'of an attribute that is deployed is rejected: Cognito cannot change or remove it';

const attributeSettings = objectRule({
  type: z
    .enum(['string', 'number', 'dateTime', 'boolean'])
    .optional()
    .describe('Type of a custom attribute. The default is string. Tokens have each value as a string.')
    .meta({ change: keepsAttribute }),
  required: z
    .boolean()
    .default(false)
    .describe('Whether users who sign up must set it. Only standard attributes can be required.')
    .meta({ change: keepsAttribute }),
  mutable: z
    .boolean()
    .default(true)
    .describe('Whether the value can change after the user was created.')
    .meta({ change: keepsAttribute }),
  minLength: z
    .int()
    .min(0)
    .max(2048)
    .optional()
    .describe('Minimum length of a custom string. The default is 0.')
    .meta({ change: keepsAttribute }),
  maxLength: z
    .int()
    .min(1)
    .max(2048)
    .optional()
    .describe('Maximum length of a custom string. The default is 2048.')
    .meta({ change: keepsAttribute }),
  minValue: z.int().optional().describe('Minimum value of a custom number.').meta({ change: keepsAttribute }),
  maxValue: z.int().optional().describe('Maximum value of a custom number.').meta({ change: keepsAttribute }),
});

type UserAttribute = z.output<typeof attributeSettings>;
export type UserAttributes = Readonly<Record<string, UserAttribute>>;
/** What is known of the attributes when settings are checked together. */
export type KnownAttributes = ValidParts<UserAttributes> | undefined;

/** The attributes of users by name: the custom ones, and standard ones that differ from Cognito's defaults. */
export const attributesRule = mapRule(attributeNameRule, {
  entry: attributeSettings,
  min: 0,
  max: 50,
  conflicts: (attributes) =>
    Object.entries(attributes).flatMap(([name, attribute = {}]) => findConflicts(name, attribute)),
});

/** The members that a type has. */
const bounds = {
  string: ['minLength', 'maxLength'],
  number: ['minValue', 'maxValue'],
  dateTime: [],
  boolean: [],
} as const;

function findConflicts(name: string, attribute: ValidParts<UserAttribute>): Problem[] {
  const { type = 'string', required } = attribute;
  if (isStandardAttribute(name)) {
    return (['type', ...bounds.string, ...bounds.number] as const)
      .filter((member) => attribute[member] !== undefined)
      .map((member) => ({
        path: [name, member],
        problem: 'has no effect: Cognito defines it for a standard attribute',
      }));
  }
  const [least, most] = bounds[type];
  const [minimum, maximum] = [least && attribute[least], most && attribute[most]];
  return [
    ...(required === true
      ? [{ path: [name, 'required'], problem: 'must be false: Cognito requires only standard attributes' }]
      : []),
    ...[...bounds.string, ...bounds.number]
      .filter((member) => attribute[member] !== undefined && member !== least && member !== most)
      .map((member) => ({ path: [name, member], problem: `has no effect on the type ${type}` })),
    // What Cognito returns of a number without bounds is not known to the provider, which then plans a change each time.
    ...(type === 'number' && !('minValue' in attribute) && !('maxValue' in attribute)
      ? [{ path: [name, 'minValue'], problem: 'is required for a number without maxValue' }]
      : []),
    ...(least && minimum !== undefined && maximum !== undefined && minimum > maximum
      ? [{ path: [name, least], problem: `must not be more than ${most}, which is ${maximum}` }]
      : []),
  ];
}

/** Returns the attributes of a user pool. Where users sign in with a user name, the email with the code needs an address. */
export function attributesOf<Attributes extends KnownAttributes>(
  signIn: 'email' | 'username' | undefined,
  attributes: Attributes,
) {
  return signIn === 'username'
    ? { ...attributes, email: { mutable: true, ...attributes?.email, required: true } }
    : { ...attributes };
}

const dataTypes = { string: 'String', number: 'Number', dateTime: 'DateTime', boolean: 'Boolean' } as const;

/** Returns the schema of a user pool. A standard attribute with Cognito's defaults is not in it, because it would be added as a custom one. */
export function schemaOf(attributes: UserAttributes): CognitoUserPoolSchema[] {
  return Object.entries(attributes)
    .filter(([name, { mutable, required }]) => !isStandardAttribute(name) || required || !mutable)
    .map(([name, { mutable, required, ...attribute }]) => {
      const {
        type = 'string',
        minLength = 0,
        maxLength = 2048,
        minValue,
        maxValue,
      } = { ...attribute, ...standardConstraints[name] };
      return {
        name: name.replace(customPrefix, ''),
        attributeDataType: dataTypes[type],
        developerOnlyAttribute: false,
        mutable,
        required,
        // Without the constraints that Cognito returns, each plan would change the schema.
        ...(type === 'string' && {
          stringAttributeConstraints: { minLength: String(minLength), maxLength: String(maxLength) },
        }),
        ...(type === 'number' && {
          numberAttributeConstraints: {
            ...(minValue !== undefined && { minValue: String(minValue) }),
            ...(maxValue !== undefined && { maxValue: String(maxValue) }),
          },
        }),
      };
    });
}

/** Lists the names of the custom attributes. */
export function customAttributes(attributes: KnownAttributes): string[] {
  return Object.keys(attributes ?? {}).filter((name) => name.startsWith(customPrefix));
}
