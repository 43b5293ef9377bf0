import { BundleError, bundleHandler } from '../api-gateway/lambda-bundle';
import { lambdaSettings } from '../api-gateway/lambda-settings';
import { answerNames } from '../api-gateway/route';
import { parseRoute, variablesOf } from '../api-gateway/route-name';
import { projectFileProblem } from '../rules/project-file';
import { isObject, type Problem } from '../rules/rule';

type Route = readonly [name: string, value: Readonly<Record<string, unknown>>];

/** Finds what is wrong with routes as a whole, each alone: who may call them, what answers, and its code. */
export function findRouteProblems(routes: readonly Route[]): Problem[] {
  return routes.flatMap((route) => [
    ...findAccess(route),
    ...findAnswers(route),
    ...findThrottledAny(route),
    ...findUnknownVariables(route),
    ...findHandlers(route),
  ]);
}

/** A route without both settings is not taken for a public one, so that none is open by a slip. */
function findAccess([name, { scopes, public: isPublic }]: Route): Problem[] {
  const allowed = 'scopes, or "public": true';
  if (scopes === undefined && isPublic === undefined) {
    return [{ path: ['routes', name], problem: 'does not say who may call it', allowed }];
  }
  return scopes !== undefined && isPublic !== undefined
    ? [{ path: ['routes', name, 'public'], problem: 'contradicts scopes', got: isPublic, allowed }]
    : [];
}

function findAnswers([name, route]: Route): Problem[] {
  const given = answerNames.filter((answer) => route[answer] !== undefined);
  if (given.length === 1) {
    return [];
  }
  return [
    {
      path: ['routes', name],
      problem: given.length === 0 ? 'does not say what answers it' : `has several answers: ${given.join(', ')}`,
      allowed: `one of ${answerNames.join(', ')}`,
    },
  ];
}

/** API Gateway refuses these: "Invalid method setting path". */
function findThrottledAny([name, { throttling }]: Route): Problem[] {
  return throttling !== undefined && parseRoute(name).httpMethod === 'ANY'
    ? [
        {
          path: ['routes', name, 'throttling'],
          problem: 'is given for the verb ANY, which API Gateway cannot throttle by itself',
          allowed: 'a route for each verb, or restApi.throttling',
        },
      ]
    : [];
}

function findUnknownVariables([name, { http }]: Route): Problem[] {
  const url = isObject(http) && typeof http.url === 'string' ? http.url : '';
  const known = variablesOf(parseRoute(name).path);
  return variablesOf(url)
    .filter((variable) => !known.includes(variable))
    .map((variable) => ({
      path: ['routes', name, 'http', 'url'],
      problem: `has the variable {${variable}}, which the path does not have`,
      allowed: known.length === 0 ? 'no variable' : known.map((each) => `{${each}}`).join(', '),
    }));
}

/** Bundles the handlers, as far as there is one. */
function findHandlers([name, { lambda }]: Route): Problem[] {
  const [path, handler] = isObject(lambda)
    ? [['routes', name, 'lambda', 'handler'], lambda.handler]
    : [['routes', name, 'lambda'], lambda];
  if (typeof handler !== 'string') {
    return [];
  }
  const problem = projectFileProblem(handler, /\.[cm]?[jt]s$/, 'a TypeScript or JavaScript file');
  if (problem !== undefined) {
    return [{ path, problem, got: handler, allowed: 'the path of a .ts or .js file, such as src/handlers/orders.ts' }];
  }
  const { data: bundleAwsSdk = true } = lambdaSettings.shape.bundleAwsSdk.safeParse(
    isObject(lambda) ? lambda.bundleAwsSdk : undefined,
  );
  try {
    bundleHandler({ handler, bundleAwsSdk });
    return [];
  } catch (error) {
    if (!(error instanceof BundleError)) {
      throw error;
    }
    return [{ path, problem: error.message }];
  }
}
