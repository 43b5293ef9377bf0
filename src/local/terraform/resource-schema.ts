import { z } from 'zod';

import { type Attributes, type Resource, TerraformStateError } from './terraform-state';

/**
 * What the local services do with an argument: serve it, list it at the start as not served, or reject the stacks.
 *
 * An argument is rejected if the services without it would allow access that AWS denies, or would behave differently.
 */
export type Support = 'served' | 'listed' | 'rejected';

/**
 * The resource types that a service reads. A schema has a row for each attribute, with the values that are served; all
 * other attributes and values are rejected. A type without a schema is served or listed with all its arguments.
 *
 * Only what is read is evaluated: a type without a schema, and a row that is `noEffect` or `listed()`, can have a value
 * that only terraform knows, such as `${var.secret}`.
 */
export type ResourceSchemas = Readonly<Record<string, z.ZodObject | 'served' | 'listed'>>;

/** An argument that has no effect on what is served. It is not read. */
export const noEffect = z.unknown().optional();

/** The argument of {@link listed} without values that are served. It is not read. */
const alwaysListed = noEffect.clone();

const servedValues = new WeakMap<z.ZodType, z.ZodType>();
const blockShapes = new WeakMap<z.ZodType, z.ZodRawShape>();

/**
 * An argument that is listed at the start as not served.
 *
 * @param served the values that are served, and not listed
 * @param schema how the argument is read; a value that it does not accept is rejected
 */
export function listed(served?: z.ZodType): typeof noEffect;
export function listed<Schema extends z.ZodType>(served: z.ZodType, schema: Schema): Schema;
export function listed(served?: z.ZodType, schema: z.ZodType = noEffect): z.ZodType {
  if (!served) {
    return alwaysListed;
  }
  const own = schema.clone();
  servedValues.set(own, served);
  return own;
}

/**
 * A nested block, which is one object in the JSON, or a list of one object. It has a row for each argument.
 *
 * @param missing the default for a missing block
 */
export function block<Shape extends z.ZodRawShape>(
  shape: Shape,
  missing: z.input<z.ZodObject<Shape>>,
): z.ZodType<z.output<z.ZodObject<Shape>>>;
export function block<Shape extends z.ZodRawShape>(shape: Shape): z.ZodType<z.output<z.ZodObject<Shape>> | undefined>;
export function block(shape: z.ZodRawShape, missing?: Record<string, unknown>): z.ZodType {
  const object = objectOf(shape);
  const schema = z.preprocess(
    (value) => [value].flat()[0],
    missing === undefined ? object.optional() : object.prefault(missing),
  );
  blockShapes.set(schema, shape);
  return schema;
}

/** Returns how an argument is served; one without a schema is rejected. */
export function supportOf(shape: z.ZodRawShape, attributes: Attributes, name: string): Support {
  const schema = Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined;
  if (!schema) {
    return 'rejected';
  }
  if (schema === noEffect || schema === alwaysListed) {
    return schema === noEffect ? 'served' : 'listed';
  }
  const value = attributes[name];
  const members = find(blockShapes, schema);
  if (members) {
    const supports = [value]
      .flat()
      .flatMap((each) => Object.keys(each as object).map((member) => supportOf(members, each as Attributes, member)));
    return (['rejected', 'listed'] as const).find((support) => supports.includes(support)) ?? 'served';
  }
  if (!schema.safeParse(value).success) {
    return 'rejected';
  }
  return find(servedValues, schema)?.safeParse(value).success === false ? 'listed' : 'served';
}

/** Finds the entry of a schema, or of the schema inside `.default()` and others. */
function find<Value>(known: WeakMap<z.ZodType, Value>, schema: z.ZodType | undefined): Value | undefined {
  return schema && (known.get(schema) ?? find(known, (schema.def as { innerType?: z.ZodType }).innerType));
}

/** Omits the rows that are not read, so that zod does not evaluate them. */
function objectOf<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  const rows = Object.entries(shape).filter(([, row]) => row !== noEffect && row !== alwaysListed);
  return z.object(Object.fromEntries(rows)) as unknown as z.ZodObject<Shape>;
}

/** @throws {TerraformStateError} with all that is wrong with the attributes of a resource */
export function readResource<Schema extends z.ZodObject>(
  schema: Schema,
  { address, attributes }: Resource,
): z.output<Schema> {
  const rows = Object.entries(objectOf(schema.shape).shape);
  const read = readEach(rows, ([name, row]) => {
    const { data, error } = (row as z.ZodType).safeParse(attributes[name]);
    if (error) {
      const issues = error.issues.map(({ path, message }) => `${address}: ${[name, ...path].join('.')}: ${message}`);
      throw new TerraformStateError(issues.join('\n'));
    }
    return [name, data] as const;
  });
  return Object.fromEntries(read) as z.output<Schema>;
}

/**
 * Reads each item of a list.
 *
 * @throws {TerraformStateError} with what is wrong with all of them
 */
export function readEach<Item, Read>(items: readonly Item[], read: (item: Item) => Read): Read[] {
  const problems: string[] = [];
  const all = items.flatMap((item) => {
    try {
      return [read(item)];
    } catch (error) {
      if (!(error instanceof TerraformStateError)) {
        throw error;
      }
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) {
    throw new TerraformStateError([...new Set(problems)].join('\n'));
  }
  return all;
}
