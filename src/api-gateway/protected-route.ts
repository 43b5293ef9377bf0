import { parseRoute } from './route-name';

/** Who can call a route. */
interface RouteAccess {
  /** An access token must have one of these scopes. */
  readonly scopes?: readonly string[] | undefined;
  readonly public?: boolean | undefined;
}

/** A route as a client calls it. */
interface RouteCall {
  readonly httpMethod: string;
  /** Path in which each variable has its own name as its value. */
  readonly path: string;
}

/**
 * Chooses the route with which clients try the flow.
 *
 * The first route that is protected, has the method GET, requires a scope that the app client can request, and has no
 * path variable. If no route meets all conditions, the earlier conditions take precedence.
 *
 * @param clientScopes scopes that the app client can request; the default is all
 */
export function chooseProtectedRoute(
  routes: Readonly<Record<string, RouteAccess>>,
  clientScopes?: readonly string[],
): RouteCall {
  const conditions: readonly ((name: string) => boolean)[] = [
    (name) => !routes[name]!.public,
    (name) => callOf(name).httpMethod === 'GET',
    (name) => clientScopes === undefined || (routes[name]!.scopes ?? []).some((scope) => clientScopes.includes(scope)),
    (name) => !parseRoute(name).path.includes('{'),
  ];
  let candidates = Object.keys(routes);
  for (const condition of conditions) {
    const meeting = candidates.filter(condition);
    candidates = meeting.length > 0 ? meeting : candidates;
  }
  return callOf(candidates[0]!);
}

function callOf(name: string): RouteCall {
  const { httpMethod, path } = parseRoute(name);
  return { httpMethod: httpMethod === 'ANY' ? 'GET' : httpMethod, path: path.replace(/\{([^}+]+)\+?\}/g, '$1') };
}
