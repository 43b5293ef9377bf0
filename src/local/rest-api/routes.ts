import { type IntegrationConfiguration, type Resource, type Stage } from './model';

/** A route of a REST API: an HTTP method on a path. */
export interface ServedRoute {
  /** HTTP method, or `ANY`. */
  readonly method: string;
  /** URL with path variables in braces. */
  readonly url: string;
  /** Whether everyone can call it, without a token. */
  readonly public: boolean;
  /** An access token must have one of these scopes. Without scopes, a protected route requires an ID token. */
  readonly scopes: readonly string[];
  /** What responds: `mock`, `function NAME`, or the URL of an HTTP endpoint. */
  readonly target: string;
}

/** Lists the routes of a stage, except for the CORS preflights. */
export function listRoutes({ root }: Stage, stageUrl: string): ServedRoute[] {
  const routesOf = ({ path, methods, children }: Resource): ServedRoute[] => [
    ...[...methods]
      .filter(([method, { authorization }]) => method !== 'OPTIONS' || authorization)
      .map(([method, { authorization, integration }]) => ({
        method,
        url: `${stageUrl}${path}`,
        public: authorization === undefined,
        scopes: authorization?.scopes ?? [],
        target: targetOf(integration),
      })),
    ...children.flatMap(routesOf),
  ];
  return routesOf(root);
}

function targetOf(integration: IntegrationConfiguration): string {
  switch (integration.type) {
    case 'MOCK':
      return 'mock';
    case 'HTTP_PROXY':
      return integration.uri;
    case 'AWS_PROXY':
      return `function ${/:function:([^:/]+)/.exec(integration.uri)?.[1] ?? integration.uri}`;
  }
}
