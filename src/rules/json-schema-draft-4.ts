import { z } from 'zod';

import { check, describeProblem } from './check';
import { isObject, objectRule, stringRule } from './rule';

const draft = 'http://json-schema.org/draft-04/schema#';

const laterDraft = 'is a keyword of a later draft: draft 4 would ignore it';
const unsupported = 'is not supported by API Gateway';

const schema: z.ZodType = z.lazy(() => schemaRule);
const schemas = z.record(z.string(), schema);
const list = z.array(schema).min(1);
const names = distinct(z.string());
const count = z.int().min(0);
const type = z.enum(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

const pattern = stringRule('a regular expression of JavaScript, also with its flag u', (text) =>
  isRegExp(text) ? undefined : 'must be a regular expression',
);
const reference = stringRule('# and a JSON pointer, such as #/definitions/item', (text) =>
  /^#(?:\/|$)/.test(text) ? undefined : 'must lead to a schema in the same file',
);

/**
 * The keywords of draft 4, as far as API Gateway supports them.
 *
 * A validator ignores a keyword that it does not know. Here it is a problem, because nobody would notice that nothing is
 * checked.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const keywords: z.ZodRawShape = {
  $schema: z.enum([draft, draft.slice(0, -1)]),
  $ref: reference,
  title: z.string(),
  description: z.string(),
  default: z.unknown(),
  definitions: schemas,
  type: z.union([type, distinct(type)]),
  enum: z.array(z.unknown()).min(1),
  multipleOf: z.number().positive(),
  maximum: z.number(),
  exclusiveMaximum: z.boolean(),
  minimum: z.number(),
  maxLength: count,
  minLength: count,
  pattern,
  format: z.enum(['date-time', 'email', 'hostname', 'ipv4', 'ipv6', 'uri']),
  items: z.union([schema, list]),
  additionalItems: z.union([z.boolean(), schema]),
  maxItems: count,
  minItems: count,
  uniqueItems: z.boolean(),
  maxProperties: count,
  minProperties: count,
  required: names,
  properties: schemas,
  patternProperties: z.record(pattern, schema),
  additionalProperties: z.union([z.boolean(), schema]),
  dependencies: z.record(z.string(), z.union([schema, names])),
  allOf: list,
  anyOf: list,
  oneOf: list,
  not: schema,
};

const schemaRule = objectRule(keywords)
  .partial()
  .refine(({ maximum, exclusiveMaximum }) => exclusiveMaximum === undefined || maximum !== undefined, {
    path: ['exclusiveMaximum'],
    message: 'requires maximum',
  })
  .meta({
    rejected: {
      exclusiveMinimum: unsupported,
      readOnly: unsupported,
      discriminator: unsupported,
      example: unsupported,
      ...Object.fromEntries(
        ['const', 'contains', 'propertyNames', 'if', 'then', 'else', 'examples', '$id', '$defs', '$anchor']
          .concat('dependentRequired', 'dependentSchemas', 'unevaluatedItems', 'unevaluatedProperties', 'prefixItems')
          .map((keyword) => [keyword, laterDraft]),
      ),
    },
  });

/** Defines a rule about a list of different strings. */
function distinct(item: z.ZodType<string>): z.ZodType {
  return z
    .array(item)
    .min(1)
    .refine((items) => new Set(items).size === items.length, { message: 'must not have an entry twice' });
}

/** Returns what is wrong with a JSON schema of draft 4 for API Gateway, or undefined. */
export function jsonSchemaProblem(value: unknown): string | undefined {
  const { problems } = check(schemaRule, value);
  const [problem] = problems;
  if (problem) {
    return describeProblem(problem);
  }
  const references = referencesIn(value);
  const ref = references.find((each) => !isObject(resolve(value, each)));
  if (ref !== undefined) {
    return `$ref: must lead to a schema in the same file, got ${JSON.stringify(ref)}`;
  }
  const isOpen = new Map<unknown, boolean>();
  const loop = references.find((each) => isEndless(value, resolve(value, each), isOpen));
  return loop === undefined ? undefined : `$ref: must not lead back to itself, got ${JSON.stringify(loop)}`;
}

/**
 * Returns whether a validator would check the same value against the same schema again and again.
 *
 * @param isOpen the schemas so far, each once: those that lead to this one, and those that do not lead back to themselves
 */
function isEndless(root: unknown, schema: unknown, isOpen: Map<unknown, boolean>): boolean {
  if (!isObject(schema)) {
    return false;
  }
  const known = isOpen.get(schema);
  if (known !== undefined) {
    return known;
  }
  isOpen.set(schema, true);
  const { $ref, allOf, anyOf, oneOf, not, dependencies } = schema;
  const next = [
    typeof $ref === 'string' ? resolve(root, $ref) : not,
    ...[allOf, anyOf, oneOf, isObject(dependencies) ? Object.values(dependencies) : []].flatMap((each) => each ?? []),
  ];
  const found = next.some((each) => isEndless(root, each, isOpen));
  isOpen.set(schema, false);
  return found;
}

function referencesIn(value: unknown): string[] {
  if (!isObject(value)) {
    return Array.isArray(value) ? value.flatMap(referencesIn) : [];
  }
  return [...(typeof value.$ref === 'string' ? [value.$ref] : []), ...Object.values(value).flatMap(referencesIn)];
}

/** Finds what a JSON pointer in a fragment leads to. */
function resolve(root: unknown, pointer: string): unknown {
  const parts = pointer.slice(1).split('/').slice(1);
  return parts.reduce<unknown>((at, part) => {
    const name = part.replace(/~1/g, '/').replace(/~0/g, '~');
    return Object(at) === at && Object.hasOwn(at as object, name) ? (at as Record<string, unknown>)[name] : undefined;
  }, root);
}

function isRegExp(text: string): boolean {
  try {
    // The flag of the validator that npm start has.
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
