import { z } from 'zod';

import { isHost, isPort } from '../rules/host-name';
import { objectRule, stringRule } from '../rules/rule';
import { literal } from './mapping-template';

/** Returns whether a string is an origin as a browser writes it, which leaves out the default port of the scheme. */
function isOrigin(text: string): boolean {
  const [, host = '', port = ''] =
    /^(?!http:.*:80$|https:.*:443$)[a-z][a-z0-9+.-]*:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(?::(\d+))?$/.exec(text) ?? [];
  return isHost(host) && isPort(port);
}

const originRule = stringRule('an origin without a path, such as https://www.example.com', (text) =>
  isOrigin(text) ? undefined : 'must be an origin',
);

const origins = '*, an origin without a path, such as https://www.example.com, or a list of origins';

const anyOriginRule = stringRule(origins, (text) => (text === '*' || isOrigin(text) ? undefined : 'must be an origin'));

/** RFC 9110 also allows a single quote, but it would end the literal in the parameter mapping of API Gateway. */
const headerNameRule = stringRule('a header name: letters, digits and ! # $ % & * + . ^ _ ` | ~ -', (name) =>
  /^[\w!#$%&*+.^`|~-]+$/.test(name) ? undefined : 'must be a header name',
);

/**
 * The CORS settings of the API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 * @see https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
 */
export const corsSettings = objectRule(
  {
    allowOrigin: z
      .union([anyOriginRule, z.array(originRule).min(1)])
      .meta({ allowed: origins })
      .default('*')
      .describe(
        "Origins whose pages can read the responses: `*`, one origin, or a list. With a list, a response names the request's origin if it is listed; an error response of API Gateway itself names the first.",
      ),
    allowHeaders: z
      .array(headerNameRule)
      .min(1)
      .default(['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amz-User-Agent'])
      .describe('Request headers that those pages can send.'),
    allowMethods: z
      .array(z.enum(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD']))
      .min(1)
      .default(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'])
      .describe('HTTP methods that those pages can use.'),
    allowCredentials: z
      .boolean()
      .default(false)
      .describe('Whether those pages can send cookies. An access token in a header does not need it.'),
    exposeHeaders: z
      .array(headerNameRule)
      .min(1)
      .optional()
      .describe('Response headers that those pages can read, in addition to those that browsers always show.'),
    maxAge: z
      .int()
      .min(-1)
      .max(86_400)
      .optional()
      .describe(
        'Seconds that a browser can keep the response to a preflight; -1 is not at all. The default of browsers is 5.',
      ),
  },
  ({ allowOrigin, allowHeaders = [], exposeHeaders = [], allowCredentials }) => {
    if (!allowCredentials) {
      return [];
    }
    const wildcard = (name: string, headers: readonly (string | undefined)[]) =>
      headers.includes('*')
        ? [{ path: [name], problem: 'must name each header, because * is not a wildcard with allowCredentials' }]
        : [];
    return [
      ...(allowOrigin === '*'
        ? [
            {
              path: ['allowCredentials'],
              problem: 'requires origins in allowOrigin, because browsers reject credentials for *',
            },
          ]
        : []),
      ...wildcard('allowHeaders', allowHeaders),
      ...wildcard('exposeHeaders', exposeHeaders),
    ];
  },
);

/** The CORS settings of the API, with their defaults. */
export type Cors = z.output<typeof corsSettings>;

/** Any part of the CORS settings. */
export type CorsProps = z.input<typeof corsSettings>;

/** Returns the headers that say which pages can read a response, as literals of API Gateway's parameter mapping. */
export function originHeaders({ allowOrigin, allowCredentials, exposeHeaders }: Cors): Record<string, string> {
  const [first] = [allowOrigin].flat();
  return {
    'Access-Control-Allow-Origin': literal(first!),
    ...(allowCredentials && { 'Access-Control-Allow-Credentials': literal('true') }),
    ...(exposeHeaders && { 'Access-Control-Expose-Headers': literal(exposeHeaders.join(',')) }),
    // A cache must not give one origin the response that names another, such as the one before a change of the setting.
    ...(first !== '*' && { Vary: literal('Origin') }),
  };
}

/** Lets pages send headers in addition to those of the settings. */
export function allowHeaders(cors: Cors, headers: readonly string[]): Cors {
  const known = new Set(cors.allowHeaders.map((header) => header.toLowerCase()));
  const added = headers.filter((header) => !known.has('*') && !known.has(header.toLowerCase()));
  return { ...cors, allowHeaders: [...cors.allowHeaders, ...new Set(added)] };
}

/** Returns these headers together with the one that a page needs to send an access token. */
export function corsHeaders(cors: Cors): Record<string, string> {
  return { 'Access-Control-Allow-Headers': literal(cors.allowHeaders.join(',')), ...originHeaders(cors) };
}

/**
 * Returns a mapping template of the response that names the request's origin instead of the first, if it is allowed.
 *
 * An empty string, if there is only one origin. A header has its name as the client writes it: in lower case with HTTP/2.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
export function chooseOrigin({ allowOrigin }: Cors): string {
  const [, ...others] = [allowOrigin].flat();
  if (others.length === 0) {
    return '';
  }
  return (
    '#set($origin = "$!input.params().header.Origin$!input.params().header.origin")' +
    `#if(${others.map((origin) => `$origin == '${origin}'`).join(' || ')})` +
    '#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)' +
    // The long form, since what follows can start with a brace.
    '#{end}'
  );
}
