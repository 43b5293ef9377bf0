import { standardAttributes, standardConstraints, verificationAttributes } from '../../../rules/standard-attributes';

/** What a user pool requires of an attribute. */
export interface SchemaAttribute {
  readonly type: 'Boolean' | 'DateTime' | 'Number' | 'String';
  /** Whether the value can change after the user was created. */
  readonly mutable: boolean;
  /** Whether users who sign up must set it. */
  readonly required: boolean;
  /** Minimum length of a string, or minimum number. */
  readonly minimum?: number | undefined;
  /** Maximum length of a string, or maximum number. */
  readonly maximum?: number | undefined;
}

/** The attributes of a user pool by name, except for `sub`, which Cognito sets. */
export type AttributeSchema = ReadonlyMap<string, SchemaAttribute>;

const optional = { mutable: true, required: false };

/**
 * The attributes of every user pool, unless its schema says otherwise.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export const standardSchema: AttributeSchema = new Map<string, SchemaAttribute>([
  ...standardAttributes.map((name) => [name, standardAttribute(name)] as const),
  ...verificationAttributes.map((name) => [name, { type: 'Boolean', ...optional } as const] as const),
]);

function standardAttribute(name: string): SchemaAttribute {
  const { type, minLength = 0, maxLength = 2048, minValue } = standardConstraints[name] ?? {};
  return type === 'number'
    ? { type: 'Number', ...optional, minimum: minValue }
    : { type: 'String', ...optional, minimum: minLength, maximum: maxLength };
}

/** Formats of the standard attributes that have one, and Cognito's messages. */
const formats = new Map<string, { readonly pattern: RegExp; readonly message: string }>([
  ['phone_number', { pattern: /^\+\d{1,15}$/, message: 'Invalid phone number format.' }],
  ...verificationAttributes.map(
    (name) => [name, { pattern: /^(?:true|false)$/i, message: `Invalid value for ${name}.` }] as const,
  ),
]);

/** Returns Cognito's message for a value without the format of its standard attribute. */
export function formatProblem(name: string, value: string): string | undefined {
  const format = formats.get(name);
  return !format || format.pattern.test(value) ? undefined : format.message;
}

/** Returns what is wrong with the value of an attribute by the schema. */
export function schemaProblem(
  name: string,
  value: string,
  { type, minimum = -Infinity, maximum = Infinity }: SchemaAttribute,
): string | undefined {
  switch (type) {
    case 'String':
      if (value.length < minimum) {
        return `String must be no shorter than ${minimum} characters`;
      }
      if (value.length > maximum) {
        return `String must be no longer than ${maximum} characters`;
      }
      return name === 'birthdate' && !/^\d{4}-\d{2}-\d{2}$/.test(value) ? 'Invalid date' : undefined;
    case 'Number':
      if (!/^-?\d+(?:\.\d+)?$/.test(value)) {
        return 'Invalid number';
      }
      if (Number(value) < minimum) {
        return `Number must be no less than ${minimum}`;
      }
      return Number(value) > maximum ? `Number must be no greater than ${maximum}` : undefined;
    case 'Boolean':
      return /^(?:true|false)$/i.test(value) ? undefined : 'Invalid boolean';
    case 'DateTime':
      return /^(?:\d+|\d{4}-\d{2}-\d{2}(?:T.+)?)$/.test(value) &&
        !Number.isNaN(new Date(/^\d+$/.test(value) ? Number(value) : value).getTime())
        ? undefined
        : 'Invalid date';
  }
}
