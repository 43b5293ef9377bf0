import { type Call, lookUp } from '../call';

/**
 * Evaluates an expression that maps a value to a header: `'literal'`, `context.requestId`, `method.request.header.X`.
 *
 * Returns nothing for what is not there; of `integration.response` nothing is, since a mock integration has none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function mapParameter(expression: string, call: Call): string | undefined {
  const literal = literalOf(expression);
  if (literal !== undefined) {
    return literal;
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

/** Headers of an answer, with their names as they go out. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** The headers of an answer as a configuration maps them, a Content-Type before all others. */
export class HeaderMapping {
  private readonly mapped: readonly (readonly [name: string, expression: string])[];
  /** The headers themselves, when they are the same for every call. */
  private readonly constant: Headers | undefined;

  /**
   * @param parameters expressions by name behind a prefix, `method.response.header.` or `gatewayresponse.header.`
   * @param contentType the Content-Type unless the parameters map another
   */
  constructor(
    parameters: Readonly<Record<string, string>>,
    prefix: string,
    private readonly contentType: string,
  ) {
    this.mapped = withOwnNames(
      Object.entries(parameters).map(([key, expression]) => [key.slice(prefix.length), expression]),
    );
    this.constant = this.mapped.every(([, expression]) => literalOf(expression) !== undefined)
      ? this.map(literalOf)
      : undefined;
  }

  headers(call: Call): Headers {
    return this.constant ?? this.map((expression) => mapParameter(expression, call));
  }

  private map(valueOf: (expression: string) => string | undefined): Headers {
    const headers = this.mapped.flatMap(([name, expression]) => {
      const value = valueOf(expression);
      return value === undefined ? [] : [[name, value] as const];
    });
    return mergeHeaders([['Content-Type', this.contentType]], headers);
  }
}

/**
 * Leaves API Gateway the names of headers that are its own: others of that name go out as `x-amzn-Remapped-NAME`, and a
 * Transfer-Encoding not at all.
 */
export function withOwnNames(headers: Headers): Headers {
  return headers
    .filter(([name]) => !/^transfer-encoding$/i.test(name))
    .map(([name, value]) => [
      /^(?:connection|content-length|date|server)$/i.test(name) ? `x-amzn-Remapped-${name}` : name,
      value,
    ]);
}

/** Adds headers to headers: one of the same name takes the other's place. */
export function mergeHeaders(...headers: readonly Headers[]): Headers {
  return [...new Map(headers.flat().map((header) => [header[0].toLowerCase(), header])).values()];
}

function literalOf(expression: string): string | undefined {
  return /^'(.*)'$/s.exec(expression)?.[1];
}
