import { type Problem, stringRule } from '../rules/rule';
import { type Addressed, findSharedAddresses } from '../stack/address';

const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'];

/** API Gateway limits the ARN of a method, which has the path and up to 200 other characters, to 1600 bytes. */
const longestPath = 1400;

/**
 * The rule about the name of a route: an HTTP method and a path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html
 */
export const routeNameRule = stringRule(
  `${httpMethods.join(', ')}, followed by a path of letters, digits and . _ - : with {variables}, of which the last can be {name+}`,
  (name) => {
    const { httpMethod, path } = parseRoute(name);
    if (httpMethod === 'OPTIONS') {
      return 'must not be OPTIONS, which every path already has for the preflight';
    }
    if (!httpMethods.includes(httpMethod)) {
      return `unknown HTTP method ${JSON.stringify(httpMethod)}`;
    }
    if (path === '/') {
      return undefined;
    }
    // A client resolves these before it sends the request.
    const dots = pathParts(path).find((part) => part === '.' || part === '..');
    if (dots !== undefined) {
      return `must not have the path part "${dots}", which no client sends`;
    }
    if (!/^(?:\/(?:[\w.:-]+|\{[\w.:-]+\}))*(?:\/(?:[\w.:-]+|\{[\w.:-]+\+?\}))$/.test(path)) {
      return `invalid path ${JSON.stringify(path)}`;
    }
    const variables = variablesOf(path);
    const twice = variables.find((variable, index) => variables.indexOf(variable) < index);
    if (twice !== undefined) {
      return `must not have the variable {${twice}} twice`;
    }
    return path.length > longestPath ? `must have a path of at most ${longestPath} characters` : undefined;
  },
  { isKnown: true },
);

/** Parses the name of a route, `GET /awesomeapi`. */
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
  return [...text.matchAll(/\{([\w.:-]+)\+?\}/g)].map(([, name]) => name!);
}

/** Finds routes whose paths API Gateway or Terraform cannot have together. */
export function findPathConflicts(routes: readonly string[]): Problem[] {
  const resources = resourcesOf(routes);
  return [
    // The addresses of the methods of the root start with this name.
    ...findSharedAddresses([{ path: [], label: 'the root of the API', names: [rootName] }, ...resources]),
    ...findSiblingVariables(resources),
  ];
}

/** API Gateway rejects these: "A sibling of this resource already has a variable path part -- only one is allowed". */
function findSiblingVariables(resources: readonly Addressed[]): Problem[] {
  const variables = resources.filter(({ names }) => names.at(-1)?.startsWith('{'));
  const parentOf = ({ names }: Addressed) => names.slice(0, -1).join('/');
  return variables.flatMap((variable, index) => {
    const sibling = variables.slice(0, index).find((other) => parentOf(other) === parentOf(variable));
    return sibling
      ? [
          {
            path: variable.path,
            problem: `the variable ${variable.names.at(-1)} must be ${sibling.names.at(-1)}, as in ${sibling.label}`,
          },
        ]
      : [];
  });
}

/** Lists the resources of the API except for the root: the path of each route, and the parents of that path. */
function resourcesOf(routes: readonly string[]): Addressed[] {
  const resources = new Map<string, Addressed>();
  for (const route of routes) {
    const parts = pathParts(parseRoute(route).path);
    for (let length = 1; length <= parts.length; length++) {
      const names = parts.slice(0, length);
      const path = names.join('/');
      resources.set(path, resources.get(path) ?? { path: [route], label: JSON.stringify(route), names });
    }
  }
  return [...resources.values()];
}
