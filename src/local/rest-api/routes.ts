import { type IntegrationConfiguration, type Method, type Resource, type Stage } from './model';

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
  /** Why it responds with 501. */
  readonly unserved?: string;
}

/**
 * Lists the routes of a stage, except for the CORS preflights.
 *
 * @param unservedFunction returns why the function of an integration is not served, or undefined
 */
export function listRoutes(
  { root }: Stage,
  stageUrl: string,
  unservedFunction: (integration: IntegrationConfiguration) => string | undefined,
): ServedRoute[] {
  const unservedOf = ({ authorization, integration }: Method) => {
    const part = [authorization, integration].find((each) => each !== undefined && 'unserved' in each);
    return part && 'unserved' in part ? part.unserved : unservedFunction(integration);
  };
  const routesOf = ({ path, methods, children }: Resource): ServedRoute[] => [
    ...[...methods]
      .filter(([method, { authorization }]) => method !== 'OPTIONS' || authorization)
      .map(([httpMethod, method]) => {
        const { authorization, integration } = method;
        const unserved = unservedOf(method);
        return {
          method: httpMethod,
          url: `${stageUrl}${path}`,
          public: authorization === undefined,
          scopes: authorization && 'scopes' in authorization ? authorization.scopes : [],
          target: targetOf(integration),
          ...(unserved !== undefined && { unserved }),
        };
      }),
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
    case 'UNSERVED':
      return 'not served';
  }
}
