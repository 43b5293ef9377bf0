import { z } from 'zod';

import { membersRule, type Problem, textRule } from '../rules/rule';
import { literal } from './mapping-template';

export interface Cors {
  /** Origins whose pages can read the responses of the API: one origin, several, or `*` for all. */
  readonly allowOrigin: string | readonly string[];
  /** Request headers that those pages can send. */
  readonly allowHeaders: readonly string[];
  /** Methods that those pages can use. */
  readonly allowMethods: readonly string[];
  /** Whether those pages can send cookies and other credentials that the browser adds by itself. */
  readonly allowCredentials: boolean;
}

/** Whether a text is an origin as a browser writes it, which leaves out the port that its scheme has by default. */
function isOrigin(text: string): boolean {
  return /^(?!http:.*:80$|https:.*:443$)[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/.test(text);
}

const originRule = textRule('an origin without a path (https://www.example.com)', (text) =>
  isOrigin(text) ? undefined : 'is not an origin',
);

const origins = '*, an origin without a path (https://www.example.com), or a list of origins';

const anyOriginRule = textRule(origins, (text) => (text === '*' || isOrigin(text) ? undefined : 'is not an origin'));

/**
 * The CORS settings of the API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 */
export const corsSettings = membersRule({
  allowOrigin: z
    .union([anyOriginRule, z.array(originRule).min(1)])
    .meta({ allowed: origins })
    .default('*')
    .describe(
      "Origins whose pages can read the responses: `*`, one origin, or a list. With a list, a response names the request's origin if it is listed; an error that API Gateway answers by itself names the first.",
    ),
  allowHeaders: z
    .array(
      // RFC 9110 also allows a single quote, but it would end the literal in API Gateway's parameter mapping.
      textRule('a header name: letters, digits and ! # $ % & * + . ^ _ ` | ~ -', (name) =>
        /^[\w!#$%&*+.^`|~-]+$/.test(name) ? undefined : 'is not a header name',
      ),
    )
    .min(1)
    .default(['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amz-User-Agent'])
    .describe('Request headers that those pages can send.'),
  allowMethods: z
    .array(z.enum(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD']))
    .min(1)
    .default(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'])
    .describe('Methods that those pages can use.'),
  allowCredentials: z
    .boolean()
    .default(false)
    .describe('Whether those pages can send cookies. An access token in a header does not need it.'),
});

/**
 * Finds CORS settings that browsers refuse together.
 *
 * @see https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
 */
export function findCorsConflicts({
  allowOrigin = '*',
  allowHeaders,
  allowCredentials,
}: Readonly<Record<string, unknown>>): Problem[] {
  if (allowCredentials !== true) {
    return [];
  }
  return [
    ...(allowOrigin === '*'
      ? [
          {
            path: ['allowCredentials'],
            problem: 'is given for every origin, which browsers refuse',
            got: true,
            allowed: 'true with origins in allowOrigin',
          },
        ]
      : []),
    ...(Array.isArray(allowHeaders) && allowHeaders.includes('*')
      ? [
          {
            path: ['allowHeaders'],
            problem: 'has *, which stands for every header only without allowCredentials',
            got: allowHeaders,
            allowed: 'the names of the headers',
          },
        ]
      : []),
  ];
}

/** Returns the headers that say which pages can read a response, as literals of API Gateway's parameter mapping. */
export function originHeaders({ allowOrigin, allowCredentials }: Cors): Record<string, string> {
  const [first, ...others] = [allowOrigin].flat();
  return {
    'Access-Control-Allow-Origin': literal(first!),
    ...(allowCredentials && { 'Access-Control-Allow-Credentials': literal('true') }),
    // A cache must not give one origin the response that names another.
    ...(others.length > 0 && { Vary: literal('Origin') }),
  };
}

/** Returns these headers together with the one that a page needs to send an access token. */
export function corsHeaders(cors: Cors): Record<string, string> {
  return { 'Access-Control-Allow-Headers': literal(cors.allowHeaders.join(',')), ...originHeaders(cors) };
}

/**
 * Returns a mapping template of the response that names the request's origin in the place of the first, if it is allowed.
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
