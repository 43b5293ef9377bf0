import { jsonpath } from 'json-p3';
import { type Node, type ParseError, parseTree } from 'jsonc-parser';

import { GatewayError } from '../responses/gateway-response';
import { fromPlain, JsonList, type Value } from './java';

/**
 * Reads a body as API Gateway does: as JSON, or as the string that it is.
 *
 * @throws {GatewayError} when it starts as an object or a list in JSON, and is not one
 */
export function parseBody(body: string): Value {
  try {
    return parseJson(body);
  } catch {
    if (/^\s*[{[]/.test(body)) {
      throw new GatewayError('BAD_REQUEST_BODY', 'Could not process payload');
    }
    return body;
  }
}

/** @throws {Error} which does not repeat the text, because it can contain a secret */
export function parseJson(text: string): Value {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  if (!root || errors.length > 0) {
    throw new Error('a mapping template reads text as JSON that is not JSON');
  }
  return toValue(root, text);
}

function toValue({ type, value, children = [], offset, length }: Node, text: string): Value {
  switch (type) {
    case 'array':
      return JsonList.from(children, (child) => toValue(child, text));
    case 'object':
      return new Map(children.map(({ children: [key, each] = [] }) => [key!.value as string, toValue(each!, text)]));
    case 'number': {
      const digits = text.slice(offset, offset + length);
      return /^-?\d+$/.test(digits) ? BigInt(digits) : Number(digits);
    }
    default:
      return value as Value;
  }
}

/**
 * Returns what a JSONPath finds, or nothing. A path that can find several values returns a list.
 *
 * @throws {Error} when the path has a syntax error
 */
export function readPath(root: Value, path: string): Value | undefined {
  const steps = stepsOf(path.startsWith('$') ? path : `$.${path}`);
  return steps
    ? steps.reduce<Value | undefined>((value, step) => member(value, step), root)
    : fromPlain(jsonpath.compile(path).query(toPlain(root)).values());
}

/** Splits a path to a single value at its members, or returns nothing if it is another one. */
function stepsOf(path: string): string[] | undefined {
  const step = /\.([^\s.[\]()*?@'",:]+)|\[(-?\d+)\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/y;
  const steps: string[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (!found) {
      return undefined;
    }
    const [, property, index, single, double] = found;
    steps.push((property ?? index ?? single ?? double)!);
  }
  return steps;
}

function member(value: Value | undefined, name: string): Value | undefined {
  if (Array.isArray(value)) {
    return /^-?\d+$/.test(name) ? value.at(Number(name)) : undefined;
  }
  return value instanceof Map ? value.get(name) : undefined;
}

type Plain = Parameters<typeof jsonpath.query>[1];

function toPlain(value: Value): Plain {
  if (Array.isArray(value)) {
    return value.map(toPlain);
  }
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, each]) => [key, toPlain(each)]));
  }
  return (typeof value === 'bigint' ? Number(value) : value) as Plain;
}
