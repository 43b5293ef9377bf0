import * as sdk from '@aws-sdk/client-cognito-identity-provider';

/** A schema of the AWS SDK: its kind first, the names and the schemas of its members last. A function refers to one. */
type Schema = number | readonly unknown[] | (() => Schema);

const [list, structure, operation] = [1, 3, 9];

/** Lists the members of the request and the response of an operation in AWS's model, with those inside of them. */
export function membersOf(name: string): { readonly request: string[]; readonly response: string[] } {
  const [kind, , , , request, response] = (sdk as unknown as Record<string, unknown[]>)[`${name}$`]!;
  if (kind !== operation) {
    throw new Error(`${name} is not an operation`);
  }
  return { request: pathsIn(request as Schema), response: pathsIn(response as Schema) };
}

function pathsIn(schema: Schema, prefix = ''): string[] {
  const resolved = resolve(schema);
  if (typeof resolved !== 'object') {
    return [];
  }
  const [kind, , , , names, members] = resolved as readonly [number, string, string, number, unknown, Schema[]];
  if (kind === list) {
    return pathsIn(names as Schema, prefix);
  }
  return kind === structure
    ? (names as string[]).flatMap((name, index) => {
        const path = `${prefix}${name}`;
        return [path, ...pathsIn(members[index]!, `${path}.`)];
      })
    : [];
}

/** A member can have its schema with traits after it. */
function resolve(schema: Schema): Schema {
  if (typeof schema === 'function') {
    return resolve(schema());
  }
  const first: unknown = typeof schema === 'number' ? undefined : schema[0];
  return typeof first === 'function' ? resolve(first as () => Schema) : schema;
}
