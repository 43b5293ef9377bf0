import { type Call, lookUp } from './call';

/**
 * Evaluates an expression that maps a value to a header: `'literal'`, `context.requestId`, `method.request.header.X`.
 *
 * Returns nothing for what is not there; of `integration.response` nothing is, since a mock integration has none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function mapParameter(expression: string, call: Call): string | undefined {
  const literal = /^'(.*)'$/s.exec(expression);
  if (literal) {
    return literal[1];
  }
  const value = lookUp(
    {
      context: call.context,
      stageVariables: call.stageVariables,
      method: { request: { header: call.headers, path: call.pathParameters, querystring: call.query } },
    },
    expression,
  );
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/**
 * Maps values to headers, by the prefix of their names: `method.response.header.`, `gatewayresponse.header.`.
 *
 * Some names are API Gateway's own and go out as `x-amzn-Remapped-NAME`.
 */
export function mapHeaders(
  parameters: Readonly<Record<string, string>>,
  prefix: string,
  call: Call,
): [name: string, value: string][] {
  return Object.entries(parameters).flatMap(([key, expression]) => {
    const name = key.slice(prefix.length);
    const value = mapParameter(expression, call);
    return value === undefined || /^transfer-encoding$/i.test(name) ? [] : [[remapped(name), value]];
  });
}

function remapped(name: string): string {
  return /^(?:connection|content-length|date|server)$/i.test(name) ? `x-amzn-Remapped-${name}` : name;
}

/** Adds headers to headers: one of the same name takes the other's place. */
export function mergeHeaders(
  ...headers: readonly (readonly (readonly [name: string, value: string])[])[]
): (readonly [name: string, value: string])[] {
  return [...new Map(headers.flat().map((header) => [header[0].toLowerCase(), header])).values()];
}
