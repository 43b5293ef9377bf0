import { type Method, type Resource } from './stage';

export interface Match {
  readonly resource: Resource;
  readonly method: Method;
  /** Values of the path's parameters by name. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the method for a verb and a path: a name goes before `{name}`, and that before `{name+}`.
 *
 * A resource that lacks the verb is passed over for the next that fits.
 *
 * @param parts parts of the path below the stage, decoded
 */
export function findMethod(resource: Resource, verb: string, parts: readonly string[]): Match | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) {
    const method = resource.methods.get(verb) ?? resource.methods.get('ANY');
    return method && { resource, method, pathParameters: {} };
  }
  // A client can write `{id}` as well, which is a name to it.
  const named = resource.children.filter(({ pathPart }) => pathPart === part && !pathPart.startsWith('{'));
  const single = resource.children.filter(({ pathPart }) => /^\{.*[^+]\}$/.test(pathPart));
  const greedy = resource.children.filter(({ pathPart }) => pathPart.endsWith('+}'));
  const candidates = [
    ...named.map((child) => findMethod(child, verb, rest)),
    ...single.map((child) => withParameter(findMethod(child, verb, rest), child.pathPart.slice(1, -1), part)),
    ...greedy.map((child) => withParameter(findMethod(child, verb, []), child.pathPart.slice(1, -2), parts.join('/'))),
  ];
  return candidates.find((match) => match !== undefined);
}

function withParameter(match: Match | undefined, name: string, value: string): Match | undefined {
  return match && { ...match, pathParameters: { ...match.pathParameters, [name]: value } };
}
