/**
 * The Java values that a mapping template works with. A bigint is an Integer, a Long or a BigInteger, and a number is a
 * Double. Null is a missing value.
 */
export type Value = null | string | boolean | bigint | number | Value[] | Map<string, Value> | Entry | JavaObject;

/** A list that comes from JSON, and is written as JSON. */
export class JsonList extends Array<Value> {
  // `map` and `filter` return an ordinary list.
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** A map that is null itself, and whose entries can be read. */
export class UnreadableMap extends Map<string, Value> {}

/** An entry of a map. */
export class Entry {
  constructor(
    readonly key: string,
    readonly value: Value,
  ) {}
}

/** An object with methods of its own, such as `$util`. */
export class JavaObject {
  constructor(
    readonly methods: Readonly<Record<string, (...values: (Value | undefined)[]) => Value>>,
    readonly properties: Readonly<Record<string, Value>> = {},
  ) {}
}

/** Turns plain JavaScript values into Java values. */
export function fromPlain(value: unknown): Value {
  if (Array.isArray(value)) {
    return JsonList.from(value, fromPlain);
  }
  if (typeof value === 'object' && value !== null) {
    return value instanceof Map
      ? (value as Map<string, Value>)
      : new Map(Object.entries(value).map(([key, each]) => [key, fromPlain(each)]));
  }
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : ((value ?? null) as Value);
}

/** Java has no method of this name for these values. */
export class NoSuchMethodError extends Error {}

/** Writes a value as `toString` does. */
export function toText(value: Value): string {
  if (value instanceof JsonList) {
    return toJson(value).replaceAll('/', '\\/');
  }
  if (Array.isArray(value)) {
    return `[${value.map(toText).join(', ')}]`;
  }
  if (value instanceof Map && !(value instanceof UnreadableMap)) {
    return `{${[...value].map(([key, each]) => `${key}=${toText(each)}`).join(', ')}}`;
  }
  if (value instanceof Entry) {
    return `${value.key}=${toText(value.value)}`;
  }
  if (value instanceof JavaObject) {
    return '';
  }
  return typeof value === 'number' ? doubleToText(value) : value instanceof Map ? 'null' : String(value);
}

/** Writes a value as JSON. */
export function toJson(value: Value): string {
  if (Array.isArray(value)) {
    return `[${value.map(toJson).join(',')}]`;
  }
  if (value instanceof Map) {
    return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${toJson(each)}`).join(',')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : toText(value);
}

/** Writes a number as Java's Double: `1.0`, `1.0E10`. */
function doubleToText(value: number): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-3 && size < 1e7) || !Number.isFinite(value);
  const [digits, exponent] = (isPlain ? String(value) : value.toExponential()).split(/e\+?/) as [string, string?];
  return `${/^-?\d+$/.test(digits) ? `${digits}.0` : digits}${exponent === undefined ? '' : `E${exponent}`}`;
}

/** Compares two values as `==` of a template does: numbers of any type, and values of two types as they are written. */
export function equals(left: Value, right: Value): boolean {
  if (isNumber(left) && isNumber(right)) {
    return left == right;
  }
  return isSame(left, right) || (left !== null && right !== null && toText(left) === toText(right));
}

/** Compares two values as the method `equals` does. */
function isSame(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((each, index) => isSame(each, right[index]!));
  }
  if (left instanceof Map && right instanceof Map) {
    return (
      left.size === right.size && [...left].every(([key, each]) => right.has(key) && isSame(each, right.get(key)!))
    );
  }
  return left === right;
}

export function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

/**
 * Calls a method of a value.
 *
 * @throws {NoSuchMethodError} when Java does not have it
 * @throws {Error} when the method fails, or is not served
 */
export function callMethod(self: Value, name: string, values: readonly Value[]): Value {
  if (self instanceof JavaObject) {
    return Object.hasOwn(self.methods, name) ? self.methods[name]!(...values) : noSuchMethod();
  }
  const methods = methodsOf(self);
  if (Object.hasOwn(methods, name)) {
    return methods[name]!(self, ...values);
  }
  if (name === 'toString') {
    return toText(values[0] ?? self);
  }
  if (unservedMethods.has(name)) {
    throw new Error(`the Java method ${name} is not served in mapping templates`);
  }
  return noSuchMethod();
}

/** Returns a property: an entry of a map, or what a getter such as `isEmpty` returns. */
export function propertyOf(self: Value, name: string): Value {
  if (self instanceof Map) {
    return self.get(name) ?? null;
  }
  if (self instanceof JavaObject) {
    return Object.hasOwn(self.properties, name) ? self.properties[name]! : null;
  }
  const getter = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const methods = methodsOf(self);
  return (methods[`get${getter}`] ?? methods[`is${getter}`])?.(self) ?? null;
}

/** Returns the items of a foreach. */
export function* itemsOf(value: Value): Generator<Value> {
  if (value instanceof JavaObject && 'next' in value.methods) {
    while (callMethod(value, 'hasNext', []) === true) {
      yield callMethod(value, 'next', []);
    }
  } else if (Array.isArray(value)) {
    yield* value;
  } else if (value instanceof Map) {
    yield* value.values();
  }
}

type Methods<Self extends Value> = Readonly<Record<string, (self: Self, ...values: Value[]) => Value>>;

function methodsOf(value: Value): Methods<Value> {
  const byType: Readonly<Record<string, Methods<never>>> = {
    string: ofStrings,
    bigint: ofNumbers,
    number: ofNumbers,
    boolean: ofBooleans,
  };
  const methods =
    byType[typeof value] ??
    (Array.isArray(value) ? ofLists : value instanceof Map ? ofMaps : value instanceof Entry ? ofEntries : {});
  return methods as Methods<Value>;
}

const ofStrings: Methods<string> = {
  charAt: (self, index) => self.charAt(indexIn(self.length - 1, index)),
  compareTo: (self, other) => {
    const [length, otherLength] = [self.length, text(other).length];
    for (let index = 0; index < Math.min(length, otherLength); index++) {
      const difference = self.charCodeAt(index) - text(other).charCodeAt(index);
      if (difference !== 0) {
        return BigInt(difference);
      }
    }
    return BigInt(length - otherLength);
  },
  concat: (self, other) => self + text(other),
  contains: (self, part) => self.includes(text(part)),
  endsWith: (self, end) => self.endsWith(text(end)),
  equals: (self, other) => self === other,
  equalsIgnoreCase: (self, other) => self.toLowerCase() === text(other).toLowerCase(),
  indexOf: (self, part, from: Value = 0n) => BigInt(self.indexOf(text(part), int(from))),
  isEmpty: (self) => self === '',
  lastIndexOf: (self, part, from: Value = BigInt(self.length)) => BigInt(self.lastIndexOf(text(part), int(from))),
  length: (self) => BigInt(self.length),
  matches: (self, pattern) => regExp(text(pattern), { isWhole: true }).test(self),
  replace: (self, part, by) => self.replaceAll(text(part), () => text(by)),
  replaceAll: (self, pattern, by) => self.replace(regExp(text(pattern), { flags: 'g' }), replacement(text(by))),
  replaceFirst: (self, pattern, by) => self.replace(regExp(text(pattern)), replacement(text(by))),
  split: (self, pattern, limit: Value = 0n) => split(self, text(pattern), int(limit)),
  startsWith: (self, start, from: Value = 0n) => self.startsWith(text(start), int(from)),
  substring: (self, from, to: Value = BigInt(self.length)) =>
    self.slice(indexIn(indexIn(self.length, to), from), int(to)),
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  trim: (self) => self.trim(),
  valueOf: (_: string, value: Value = null) => toText(value),
};

const ofNumbers: Methods<bigint | number> = {
  compareTo: (self, other) =>
    BigInt(isNumber(other ?? null) ? Math.sign(Number(self) - Number(other)) : noSuchMethod()),
  doubleValue: (self) => Number(self),
  equals: (self, other) => self === other,
  intValue: (self) => BigInt.asIntN(32, integer(self)),
  longValue: (self) => BigInt.asIntN(64, integer(self)),
  parseDouble: (_, value) => parseNumber(text(value), Number),
  parseInt: (_, value) => parseNumber(text(value), BigInt),
  parseLong: (_, value) => parseNumber(text(value), BigInt),
  valueOf: (self: bigint | number, value: Value = null) =>
    typeof value === 'string' ? parseNumber(value, typeof self === 'bigint' ? BigInt : Number) : value,
};

const ofBooleans: Methods<boolean> = {
  booleanValue: (self) => self,
  compareTo: (self, other) => BigInt(Number(self) - Number(other)),
  equals: (self, other) => self === other,
};

const ofLists: Methods<Value[]> = {
  add: (self, ...values) => {
    const [index, value = null] = values.length > 1 ? values : [BigInt(self.length), values[0]];
    self.splice(indexIn(self.length, index), 0, value);
    return values.length > 1 ? null : true;
  },
  addAll: (self, others) => self.push(...list(others)) > 0,
  contains: (self, value: Value = null) => self.some((each) => isSame(each, value)),
  equals: (self, other: Value = null) => isSame(self, other),
  get: (self, index) => self[indexIn(self.length - 1, index)]!,
  indexOf: (self, value: Value = null) => BigInt(self.findIndex((each) => isSame(each, value))),
  isEmpty: (self) => self.length === 0,
  iterator: (self) => {
    let next = 0;
    return new JavaObject({
      hasNext: () => next < self.length,
      next: () => self[indexIn(self.length - 1, BigInt(next++))]!,
    });
  },
  lastIndexOf: (self, value: Value = null) => BigInt(self.findLastIndex((each) => isSame(each, value))),
  remove: (self, value: Value = null) => {
    if (typeof value === 'bigint') {
      return self.splice(indexIn(self.length - 1, value), 1)[0]!;
    }
    const index = self.findIndex((each) => isSame(each, value));
    return index >= 0 && self.splice(index, 1).length > 0;
  },
  set: (self, index, value: Value = null) => self.splice(indexIn(self.length - 1, index), 1, value)[0]!,
  size: (self) => BigInt(self.length),
  subList: (self, from, to) => self.slice(indexIn(indexIn(self.length, to), from), int(to)),
  toArray: (self) => [...self],
};

const ofMaps: Methods<Map<string, Value>> = {
  containsKey: (self, key) => self.has(keyOf(key)),
  containsValue: (self, value: Value = null) => [...self.values()].some((each) => isSame(each, value)),
  entrySet: (self) => [...self].map(([key, value]) => new Entry(key, value)),
  equals: (self, other: Value = null) => isSame(self, other),
  get: (self, key) => self.get(keyOf(key)) ?? null,
  getOrDefault: (self, key, otherwise: Value = null) => self.get(keyOf(key)) ?? otherwise,
  isEmpty: (self) => self.size === 0,
  keySet: (self) => [...self.keys()],
  put: (self, key, value: Value = null) => {
    const before = self.get(keyOf(key)) ?? null;
    self.set(keyOf(key), value);
    return before;
  },
  putAll: (self, others) => {
    for (const [key, value] of others instanceof Map ? others : noSuchMethod()) {
      self.set(key, value);
    }
    return null;
  },
  remove: (self, key) => {
    const before = self.get(keyOf(key)) ?? null;
    self.delete(keyOf(key));
    return before;
  },
  size: (self) => BigInt(self.size),
  values: (self) => [...self.values()],
};

const ofEntries: Methods<Entry> = {
  getKey: ({ key }) => key,
  getValue: ({ value }) => value,
};

/** Methods of these Java types that are not served. */
const unservedMethods = new Set([
  ...['chars', 'codePointAt', 'compareToIgnoreCase', 'format', 'getBytes', 'getClass', 'hashCode', 'intern', 'isBlank'],
  ...['join', 'lines', 'regionMatches', 'repeat', 'strip', 'toCharArray', 'toHexString', 'compute', 'computeIfAbsent'],
  ...['computeIfPresent', 'forEach', 'listIterator', 'merge', 'parallelStream', 'removeIf', 'sort', 'stream'],
  ...['clear', 'containsAll', 'floatValue', 'parseBoolean', 'putIfAbsent', 'removeAll', 'retainAll'],
]);

function integer(value: bigint | number): bigint {
  return typeof value === 'bigint' ? value : BigInt(Math.trunc(value));
}

/** Returns the key of a map: 1 and `'1'` are one key here. */
function keyOf(value: Value | undefined): string {
  return toText(value ?? null);
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : noSuchMethod();
}

function int(value: Value | undefined): number {
  return typeof value === 'bigint' ? Number(value) : noSuchMethod();
}

function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : noSuchMethod();
}

/** @throws an error when an index is larger than allowed */
function indexIn(max: number, value: Value | undefined): number {
  const index = int(value);
  if (index < 0 || index > max) {
    throw new Error(`the index ${index} is out of bounds`);
  }
  return index;
}

function noSuchMethod(): never {
  throw new NoSuchMethodError();
}

function parseNumber(value: string, parse: (value: string) => bigint | number): Value {
  if (!(parse === Number ? /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i : /^[+-]?\d+$/).test(value)) {
    throw new Error('a mapping template uses a value as a number that is not a number');
  }
  return parse(value.replace('+', ''));
}

/** Makes a regular expression of one of Java, which can have its flags in front: `(?i)abc`. */
function regExp(pattern: string, { flags = '', isWhole = false } = {}): RegExp {
  const [, own = '', source = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern)!;
  return new RegExp(isWhole ? `^(?:${source})$` : source, flags + own);
}

/** Makes a replacement of one of Java, in which `$1` is a group and a backslash escapes. */
function replacement(by: string): (...match: string[]) => string {
  return (...match) =>
    by.replace(/\\(.)|\$(\d)/g, (_, escaped?: string, group?: string) => escaped ?? match[Number(group)] ?? '');
}

/** Splits a string as Java does: without empty strings at its end, unless a limit says how many parts there can be. */
function split(self: string, pattern: string, limit: number): Value[] {
  const parts: string[] = [];
  let start = 0;
  for (const { 0: match, index } of self.matchAll(regExp(pattern, { flags: 'g' }))) {
    if (parts.length === limit - 1) {
      break;
    }
    if (index + match.length > 0 && index < self.length) {
      parts.push(self.slice(start, index));
      start = index + match.length;
    }
  }
  parts.push(self.slice(start));
  while (limit === 0 && parts.length > 1 && parts.at(-1) === '') {
    parts.pop();
  }
  return parts;
}
