import { type Method, type Resource } from './model';

interface Match {
  readonly resource: Resource;
  readonly method: Method;
  /** Values of the path variables by name, as the client encoded them. */
  readonly pathParameters: ReadonlyMap<string, string>;
}

/** The HTTP methods of API Gateway. `ANY` stands for all of them. */
const httpMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/**
 * Finds the method for an HTTP method and a path: a name takes precedence over `{name}`, and that over `{name+}`.
 *
 * Skips a resource without the HTTP method.
 *
 * @param parts parts of the path below the stage, as the client encoded them
 */
export function findMethod(resource: Resource, httpMethod: string, parts: readonly string[]): Match | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) {
    const method =
      resource.methods.get(httpMethod) ?? (httpMethods.has(httpMethod) ? resource.methods.get('ANY') : undefined);
    return method && { resource, method, pathParameters: new Map() };
  }
  const name = decodeURIComponent(part);
  // The path of a request can contain the name `{id}`.
  const named = resource.children.filter(({ pathPart }) => pathPart === name && !pathPart.startsWith('{'));
  const single = resource.children.filter(({ pathPart }) => /^\{.*[^+]\}$/.test(pathPart));
  const greedy = resource.children.filter(({ pathPart }) => pathPart.endsWith('+}'));
  const candidates = [
    ...named.map((child) => findMethod(child, httpMethod, rest)),
    ...single.map((child) => withParameter(findMethod(child, httpMethod, rest), child.pathPart.slice(1, -1), part)),
    ...greedy.map((child) =>
      withParameter(findMethod(child, httpMethod, []), child.pathPart.slice(1, -2), parts.join('/')),
    ),
  ];
  return candidates.find((match) => match !== undefined);
}

function withParameter(match: Match | undefined, name: string, value: string): Match | undefined {
  return match && { ...match, pathParameters: new Map([...match.pathParameters, [name, value]]) };
}
