import { textRule } from '../rules/rule';

const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'];

/**
 * The rule about a route's name: an HTTP method and a path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html
 */
export const routeNameRule = textRule(
  `VERB /path with a verb of ${httpMethods.join(', ')}; path parts of letters, digits and . _ -, {name}, or {name+} as the last`,
  (name) => {
    const { httpMethod, path } = parseRoute(name);
    if (httpMethod === 'OPTIONS') {
      return 'is the preflight, which every path has already';
    }
    if (!httpMethods.includes(httpMethod)) {
      return 'has no verb that API Gateway knows';
    }
    if (path === '/') {
      return undefined;
    }
    // A client resolves these before it sends the request.
    const dots = pathParts(path).find((part) => part === '.' || part === '..');
    if (dots !== undefined) {
      return `has the path part "${dots}", which no client sends`;
    }
    return /^(?:\/(?:[\w.-]+|\{[\w.-]+\}))*(?:\/(?:[\w.-]+|\{[\w.-]+\+?\}))$/.test(path)
      ? undefined
      : 'has no path that API Gateway knows';
  },
);

/** Reads a route's name, `GET /awesomeapi`. */
export function parseRoute(name: string): { readonly httpMethod: string; readonly path: string } {
  const [httpMethod = '', path = ''] = name.split(/ (.*)/s);
  return { httpMethod, path };
}

/** Lists the parts of a path: none for `/`. */
export function pathParts(path: string): string[] {
  return path.split('/').slice(1).filter(Boolean);
}

/** Name of the resource `/` in Terraform addresses. */
export const rootName = 'root';

/** Lists the names that are joined to the Terraform address of a route's method. */
export function namesInAddress(route: string): string[] {
  const { httpMethod, path } = parseRoute(route);
  return [...(path === '/' ? [rootName] : pathParts(path)), httpMethod];
}

/** Lists the names of the variables in a path or a URL. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(/\{([\w.-]+)\+?\}/g)].map(([, name]) => name!);
}
