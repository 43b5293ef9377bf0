import { type Resource, type Stage } from './stage';

/** A route of a REST API: an HTTP method on a path. */
export interface ServedRoute {
  /** HTTP method, or `ANY`. */
  readonly method: string;
  /** URL with path variables in braces. */
  readonly url: string;
  /** Whether everyone can call it, without a token. */
  readonly public: boolean;
  /** Scopes of which an access token must have one. Without scopes, a protected route requires an ID token. */
  readonly scopes: readonly string[];
  /** What responds: `mock`, `function NAME`, or the URL of an HTTP endpoint. */
  readonly target: string;
}

/** Lists the routes of a stage, except for the CORS preflights. */
export function listRoutes({ root }: Stage, stageUrl: string): ServedRoute[] {
  const routesOf = ({ path, methods, children }: Resource): ServedRoute[] => [
    ...[...methods]
      .filter(([method, { authorization }]) => method !== 'OPTIONS' || authorization)
      .map(([method, { authorization, target }]) => ({
        method,
        url: `${stageUrl}${path}`,
        public: authorization === undefined,
        scopes: authorization?.scopes ?? [],
        target,
      })),
    ...children.flatMap(routesOf),
  ];
  return routesOf(root);
}
