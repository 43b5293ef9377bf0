import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { UserPoolError } from '../user-pool-error';

/** A shape of AWS's service model, with the constraints that are checked. */
interface Shape {
  readonly type: 'boolean' | 'integer' | 'list' | 'map' | 'string' | 'structure';
  readonly required?: readonly string[];
  /** Minimum length of a string, or minimum value of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Whether an error must not repeat the value. */
  readonly sensitive?: boolean;
  /** Names of the shapes of the members. */
  readonly members?: Readonly<Record<string, string>>;
  readonly member?: string;
  readonly value?: string;
}

interface OperationShape {
  /** Whether AWS requires a signature with the credentials of an account. */
  readonly signed: boolean;
  /** Name of the shape. */
  readonly request: string;
}

/** The requests of the served operations, which `__tests__/support/print-request-shapes.ts` prints from AWS's model. */
const { operations, shapes } = JSON.parse(readFileSync(join(__dirname, 'request-shapes.json'), 'utf8')) as {
  readonly operations: Readonly<Record<string, OperationShape>>;
  readonly shapes: Readonly<Record<string, Shape>>;
};

/** A request whose JSON does not have the types of its shape. */
export class SerializationError extends Error {}

export function isSigned(operation: string): boolean {
  return operations[operation]!.signed;
}

/**
 * Checks a request as AWS does before it does anything else.
 *
 * @throws {SerializationError} when a member has another type
 * @throws {UserPoolError} when a member is missing or breaks a constraint; the message names each
 */
export function checkRequest(operation: string, request: unknown): void {
  const violations = check(operations[operation]!.request, request, []);
  if (violations.length > 0) {
    throw new UserPoolError(
      'InvalidParameterException',
      `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.join('; ')}`,
    );
  }
}

function check(shapeName: string, value: unknown, path: readonly string[]): string[] {
  const shape = shapes[shapeName]!;
  assertType(shape, value);
  switch (shape.type) {
    case 'structure': {
      const given = value as Readonly<Record<string, unknown>>;
      const missing = (shape.required ?? []).filter((name) => given[name] === undefined);
      return [
        ...missing.map((name) => violation(' null', [...path, memberName(name)], 'Member must not be null')),
        ...checkEach(Object.entries(shape.members!), ([name, member]) =>
          Object.hasOwn(given, name) ? check(member, given[name], [...path, memberName(name)]) : [],
        ),
      ];
    }
    case 'list':
      return checkEach((value as readonly unknown[]).entries(), ([index, item]) =>
        check(shape.member!, item, [...path, String(index + 1), 'member']),
      );
    case 'map':
      return checkEach(Object.entries(value as object), ([key, item]) => check(shape.value!, item, [...path, key]));
    case 'string':
      return constraintsOf(shape, value as string).map((text) =>
        violation(shape.sensitive ? '' : ` '${value as string}'`, path, text),
      );
    case 'integer':
      return boundsOf(shape, value as number).map((text) => violation(` '${value as number}'`, path, text));
    case 'boolean':
      return [];
  }
}

function checkEach<Item>(items: Iterable<Item>, checkItem: (item: Item) => string[]): string[] {
  return [...items].flatMap(checkItem);
}

function constraintsOf({ min = 0, max = Infinity, pattern, enum: values }: Shape, text: string): string[] {
  return [
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(text)
      ? [`Member must satisfy regular expression pattern: ${pattern}`]
      : []),
    ...(text.length < min ? [`Member must have length greater than or equal to ${min}`] : []),
    ...(text.length > max ? [`Member must have length less than or equal to ${max}`] : []),
    ...(values && !values.includes(text) ? [`Member must satisfy enum value set: [${values.join(', ')}]`] : []),
  ];
}

function boundsOf({ min = 0, max = Infinity }: Shape, number: number): string[] {
  return [
    ...(number < min ? [`Member must have value greater than or equal to ${min}`] : []),
    ...(number > max ? [`Member must have value less than or equal to ${max}`] : []),
  ];
}

function violation(shownValue: string, path: readonly string[], constraint: string): string {
  return `Value${shownValue} at '${path.join('.')}' failed to satisfy constraint: ${constraint}`;
}

function memberName(name: string): string {
  return `${name[0]!.toLowerCase()}${name.slice(1)}`;
}

const typeNames = {
  boolean: 'Boolean',
  integer: 'Integer',
  list: 'List',
  map: 'Map',
  string: 'String',
  structure: 'Structure',
} as const;

function assertType({ type }: Shape, value: unknown): void {
  const given = Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
  const isRight =
    type === 'structure' || type === 'map'
      ? given === 'object'
      : type === 'integer'
        ? Number.isSafeInteger(value)
        : given === type;
  if (!isRight) {
    throw new SerializationError(`A ${given} can not be converted to a ${typeNames[type]}`);
  }
}
