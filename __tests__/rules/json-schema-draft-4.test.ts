import { jsonSchemaProblem } from '../../src/rules/json-schema-draft-4';

test.each([
  {},
  { $ref: '#/definitions/a~1b', definitions: { 'a/b': { type: ['string', 'null'] } } },
  { items: [{ $ref: '#' }], additionalItems: false, minItems: 1, uniqueItems: true },
  { maximum: 5, exclusiveMaximum: true, multipleOf: 0.5, enum: [1, null, {}] },
  { patternProperties: { '^x-': { not: {} } }, additionalProperties: { oneOf: [{ format: 'email' }] } },
  { dependencies: { a: ['b'], c: { required: ['d'] } }, allOf: [{ default: { $ignored: 1 } }] },
])('a schema can be %j', (schema) => {
  expect(jsonSchemaProblem(schema)).toBeUndefined();
});

test('a schema can use another one on many ways', () => {
  const names = Array.from({ length: 64 }, (_, index) => `a${index}`);
  const definitions = names.map((name, index) => {
    const next = { $ref: `#/definitions/a${index + 1}` };
    return [name, index === 63 ? {} : { anyOf: [next, next] }] as const;
  });
  expect(jsonSchemaProblem({ $ref: '#/definitions/a0', definitions: Object.fromEntries(definitions) })).toBeUndefined();
});

test.each([
  [[], 'must be an object, got []'],
  [{ properties: { a: { type: 'strng' } } }, 'properties.a.type: must be'],
  [{ required: true }, 'required: must be a list, got true'],
  [{ required: ['a', 'a'] }, 'required: must not have an entry twice'],
  [{ type: ['null', 'null'] }, 'type: must not have an entry twice'],
  [{ exclusiveMaximum: true }, 'exclusiveMaximum: requires maximum'],
  [{ minLength: -1 }, 'minLength: must be at least 0, got -1'],
  [{ pattern: '(' }, 'pattern: must be a regular expression, got "("'],
  [{ format: 'int32' }, 'format: must be one of "date-time"'],
  [{ minimum: 1, exclusiveMinimum: true }, 'exclusiveMinimum: is not supported by API Gateway'],
  [{ items: { const: 1 } }, 'items.const: is a keyword of a later draft: draft 4 would ignore it'],
  [{ additionalProperties: { tpe: 'string' } }, 'additionalProperties.tpe: unknown name (did you mean "type"?)'],
  [{ items: { $ref: 'other.json' } }, 'items["$ref"]: must lead to a schema in the same file, got "other.json"'],
  [{ $ref: '#item' }, '["$ref"]: must lead to a schema in the same file, got "#item"'],
  [{ $ref: '#' }, '$ref: must not lead back to itself, got "#"'],
  [
    { definitions: { a: { allOf: [{ $ref: '#/definitions/b' }] }, b: { not: { $ref: '#/definitions/a' } } } },
    '$ref: must not lead back to itself, got "#/definitions/b"',
  ],
  [
    { items: { $ref: '#/definitions/none' }, definitions: {} },
    '$ref: must lead to a schema in the same file, got "#/definitions/none"',
  ],
])('a schema cannot be %j', (schema, problem) => {
  expect(jsonSchemaProblem(schema)).toContain(problem);
});
