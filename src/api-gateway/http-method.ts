import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { z } from 'zod';

import { isHost, isPort } from '../rules/host-name';
import { readProps } from '../rules/check';
import { isToken, objectRule, type Problem, stringRule } from '../rules/rule';
import { type Authorization, authorizationArguments } from './authorization';
import { type RequestArguments } from './request';
import { variablesOf } from './route-name';

export interface HttpMethodProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the resource of the API that has the method. */
  readonly resourceId: string;
  readonly httpMethod: string;
  /** Path of the resource, `/orders/{id}`. */
  readonly path: string;
  /** Who can call it. */
  readonly authorization: Authorization;
  /** What API Gateway checks of a request; nothing if it is left out. */
  readonly request?: RequestArguments | undefined;
  readonly http: HttpProps;
}

/**
 * The rule about the URL of an HTTP endpoint.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 */
const urlRule = stringRule(
  'an encoded http or https URL with a port of 80, 443 or 1024 to 65535; {name} stands for a variable of the path',
  (url) => {
    const [, host = '', rest = ''] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url) ?? [];
    const address = url.replace(/[{}]/g, '');
    if (host === '' || !URL.canParse(address)) {
      return 'must be an http or https URL';
    }
    if (host.includes('@')) {
      return 'must not contain credentials';
    }
    if (url.includes('#')) {
      return 'must not have a fragment';
    }
    if (/[{}]/.test(host) || /[{}]/.test(rest.replace(/\{[\w.:-]+\}/g, ''))) {
      return 'must have braces only around a variable in its path or query';
    }
    if (!isHost(host.replace(/:\d*$/, ''))) {
      return 'must have a valid host';
    }
    if (/[^\x21-\x7E]|[<>"\\^`|[\]]|%(?![0-9A-Fa-f]{2})/.test(rest)) {
      return 'must be encoded';
    }
    return isCallablePort(new URL(address).port) ? undefined : 'must use port 80, 443 or 1024 to 65535';
  },
  { isSecret: (url) => url.includes('@') },
);

function isCallablePort(port: string): boolean {
  return isPort(port) && (port === '' || port === '80' || port === '443' || Number(port) >= 1024);
}

/** The settings of a route to an HTTP endpoint. */
export const httpSettings = objectRule({
  url: urlRule.describe(
    'URL of the endpoint. `{name}` stands for the value of a path variable. API Gateway adds the query of the caller to a query of the URL.',
  ),
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'])
    .optional()
    .describe('HTTP method of the call to the endpoint. The default is that of the route.'),
  timeout: z
    .int()
    .min(1)
    .max(300)
    .optional()
    .describe(
      'Maximum seconds that a caller waits. The default is 29; more requires a regional API, and a higher quota of the account.',
    ),
});

export type HttpProps = z.input<typeof httpSettings>;

/** Finds variables in the URL of an endpoint that the path of its route does not have. */
export function findUnknownVariables(url: string | undefined, path: string): Problem[] {
  const known = variablesOf(path);
  return variablesOf(url ?? '')
    .filter((variable) => !known.includes(variable))
    .map((variable) => ({
      path: ['url'],
      problem: `the path of the route does not have the variable {${variable}}`,
      allowed: known.length === 0 ? 'no variable' : known.map((each) => `{${each}}`).join(', '),
    }));
}

/** Hosts that API Gateway cannot call: names without a domain or of private networks, and private addresses. */
const privateHost =
  /^(?:[^.]+|.+\.(?:internal|local|localhost)|(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.[\d.]+)$/;

/** A method that forwards a call to an HTTP endpoint, and its response, with a proxy integration. */
export class HttpMethod extends Construct {
  readonly method: ApiGatewayMethod;
  readonly integration: ApiGatewayIntegration;

  constructor(
    scope: Construct,
    id: string,
    { restApi, resourceId, httpMethod, path, authorization, request, http: given }: HttpMethodProps,
  ) {
    super(scope, id);
    const http = readProps(this, httpSettings, given, ({ url }) => findUnknownVariables(url, path));
    this.addWarnings(http.url, authorization);
    const place = { restApiId: restApi.id, resourceId };
    const variables = variablesOf(http.url);
    this.method = new ApiGatewayMethod(this, 'Default', {
      ...place,
      httpMethod,
      ...authorizationArguments(authorization),
      ...request,
      ...(variables.length > 0 && {
        requestParameters: {
          ...Object.fromEntries(variables.map((name) => [`method.request.path.${name}`, true])),
          ...request?.requestParameters,
        },
      }),
    });
    this.integration = new ApiGatewayIntegration(this.method, 'Default', {
      ...place,
      httpMethod: this.method.httpMethod,
      type: 'HTTP_PROXY',
      integrationHttpMethod: http.method ?? httpMethod,
      uri: http.url,
      ...(http.timeout !== undefined && { timeoutMilliseconds: 1000 * http.timeout }),
      ...(variables.length > 0 && {
        requestParameters: Object.fromEntries(
          variables.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
        ),
      }),
    });
  }

  private addWarnings(url: string, authorization: Authorization): void {
    const { protocol, hostname } = new URL(isToken(url) ? 'https://known.at.apply' : url.replace(/[{}]/g, ''));
    if (privateHost.test(hostname)) {
      Annotations.of(this).addWarning(
        `The host of ${url} is on this machine or in a private network: npm start calls it, but a deploy fails half way ` +
          'with "Invalid HTTP endpoint specified for URI".',
      );
    } else if (protocol === 'http:' && authorization !== 'NONE') {
      Annotations.of(this).addWarning(
        `API Gateway calls ${url} without TLS, and forwards the access tokens of the callers. Use https.`,
      );
    }
  }
}
