import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { z } from 'zod';

import { assertRules, membersRule } from '../rules/rule';
import { type Authorization, authorizationArguments } from './authorization';
import { variablesOf } from './route-name';

export interface HttpMethodProps {
  readonly restApi: ApiGatewayRestApi;
  /** ID of the API's resource that has the method. */
  readonly resourceId: string;
  readonly httpMethod: string;
  /** Who may call it. */
  readonly authorization: Authorization;
  readonly http: HttpSettings;
}

const urlRule = z.string().superRefine((url, context) => {
  const refuse = (message: string, { isSecret = false } = {}) => {
    context.addIssue({
      code: 'custom',
      message,
      params: {
        allowed:
          'an http or https URL without credentials, query and fragment; {name} stands for a variable of the path',
        isSecret,
      },
    });
  };
  const [, host, path] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url) ?? [];
  if (host === undefined || path === undefined || !URL.canParse(url.replace(/[{}]/g, ''))) {
    refuse('is not an http or https URL', { isSecret: url.includes('@') });
  } else if (host.includes('@')) {
    refuse('has credentials in it', { isSecret: true });
  } else if (/[?#]/.test(path)) {
    refuse('has a query or a fragment');
  } else if (/[{}]/.test(host) || /[{}]/.test(path.replace(/\{[\w.-]+\}/g, ''))) {
    refuse('has a brace that is not part of a variable in its path');
  }
});

/**
 * The settings of a route that an HTTP endpoint answers.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 */
export const httpSettings = membersRule({
  url: urlRule.describe('URL of the endpoint that answers. `{name}` stands for the value of a path variable.'),
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'])
    .optional()
    .describe("Verb of the call to the endpoint. The default is the route's."),
});

export type HttpSettings = z.output<typeof httpSettings>;

/** Hosts that API Gateway refuses to call: names without a domain or of private networks, and private addresses. */
const privateHost =
  /^(?:[^.]+|.+\.(?:internal|local|localhost)|(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.[\d.]+)$/;

/** A method that passes a call on to an HTTP endpoint, and the answer back, by a proxy integration. */
export class HttpMethod extends Construct {
  readonly method: ApiGatewayMethod;
  readonly integration: ApiGatewayIntegration;

  constructor(scope: Construct, id: string, { restApi, resourceId, httpMethod, authorization, http }: HttpMethodProps) {
    super(scope, id);
    assertRules(this, httpSettings.shape, http);
    this.addWarnings(http.url, authorization);
    const place = { restApiId: restApi.id, resourceId };
    const variables = variablesOf(http.url);
    this.method = new ApiGatewayMethod(this, 'Default', {
      ...place,
      httpMethod,
      ...authorizationArguments(authorization),
      ...(variables.length > 0 && {
        requestParameters: Object.fromEntries(variables.map((name) => [`method.request.path.${name}`, true])),
      }),
    });
    this.integration = new ApiGatewayIntegration(this.method, 'Default', {
      ...place,
      httpMethod: this.method.httpMethod,
      type: 'HTTP_PROXY',
      integrationHttpMethod: http.method ?? httpMethod,
      uri: http.url,
      ...(variables.length > 0 && {
        requestParameters: Object.fromEntries(
          variables.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
        ),
      }),
    });
  }
  private addWarnings(url: string, authorization: Authorization): void {
    const { protocol, hostname } = new URL(url.replace(/[{}]/g, ''));
    if (privateHost.test(hostname)) {
      Annotations.of(this).addWarning(
        `The host of ${url} is on this machine or in a private network: npm start calls it, but a deploy fails half way ` +
          'with "Invalid HTTP endpoint specified for URI".',
      );
    } else if (protocol === 'http:' && authorization !== 'NONE') {
      Annotations.of(this).addWarning(
        `API Gateway calls ${url} without TLS, and passes on the access tokens of the callers. Use https.`,
      );
    }
  }
}
