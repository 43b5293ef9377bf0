import { z } from 'zod';

import { type Resource, TerraformStateError } from './predicted-state';

/**
 * What the local services do with an argument: serve it, list it at the start as not served, or reject the stacks.
 *
 * An argument is rejected if ignoring it would allow access that AWS denies, or would serve something else entirely.
 */
export type Support = 'served' | 'listed' | 'rejected';

/**
 * The resource types that a service reads. A schema has a row for each attribute, with the values that are served; all
 * other attributes and values are rejected. A type that has no schema is served or listed whatever its arguments are.
 */
export type ResourceSchemas = Readonly<Record<string, z.ZodObject | 'served' | 'listed'>>;

/** An argument that has no effect on what is served. */
export const noEffect = z.unknown().optional();

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
export function listed(served: z.ZodType = z.undefined(), schema: z.ZodType = noEffect): z.ZodType {
  const own = schema.clone();
  servedValues.set(own, served);
  return own;
}

/**
 * A nested block, which is one object in the JSON, or a list of one object. It has a row for each argument.
 *
 * @param missing the block that is read where there is none
 */
export function block<Shape extends z.ZodRawShape>(
  shape: Shape,
  missing: z.input<z.ZodObject<Shape>>,
): z.ZodType<z.output<z.ZodObject<Shape>>>;
export function block<Shape extends z.ZodRawShape>(shape: Shape): z.ZodType<z.output<z.ZodObject<Shape>> | undefined>;
export function block(shape: z.ZodRawShape, missing?: Record<string, unknown>): z.ZodType {
  const object = z.object(shape);
  const schema = z.preprocess(
    (value) => [value].flat()[0],
    missing === undefined ? object.optional() : object.prefault(missing),
  );
  blockShapes.set(schema, shape);
  return schema;
}

/** Returns how a value of an argument is served; an argument without a schema is rejected. */
export function supportOf(schema: z.ZodType | undefined, value: unknown): Support {
  if (!schema) {
    return 'rejected';
  }
  const shape = find(blockShapes, schema);
  if (shape) {
    const supports = [value]
      .flat()
      .flatMap((each) => Object.entries(each as object))
      .map(([name, member]) => supportOf(schemaIn(shape, name), member));
    return (['rejected', 'listed'] as const).find((support) => supports.includes(support)) ?? 'served';
  }
  if (!schema.safeParse(value).success) {
    return 'rejected';
  }
  return find(servedValues, schema)?.safeParse(value).success === false ? 'listed' : 'served';
}

/** Finds what is said of a schema, or of the one that it wraps, as `.default()` does. */
function find<Value>(known: WeakMap<z.ZodType, Value>, schema: z.ZodType | undefined): Value | undefined {
  return schema && (known.get(schema) ?? find(known, (schema.def as { innerType?: z.ZodType }).innerType));
}

/** Returns the schema of an argument. */
export function schemaIn(shape: z.ZodRawShape, name: string): z.ZodType | undefined {
  return Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined;
}

/** @throws {TerraformStateError} when an attribute of a resource has the wrong type */
export function readResource<Schema extends z.ZodType>(
  schema: Schema,
  { address, attributes }: Resource,
): z.output<Schema> {
  const { data, error } = schema.safeParse(attributes);
  if (error) {
    const [{ path, message }] = error.issues as [z.core.$ZodIssue];
    throw new TerraformStateError(`${address}: ${path.join('.')}: ${message}`);
  }
  return data;
}
