import { type Call, type Context } from './call';
import { isNumber, toText, type Value } from './mapping-template/java';
import { type HeaderList, mergeHeaders, remapHeaders } from './responses/api-response';

/**
 * Evaluates an expression that maps a value to a header: `'literal'`, `context.requestId`, `method.request.header.X`.
 *
 * Returns nothing for a missing value, and for every `integration.response`, because a mock integration has none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function mapParameter(expression: string, call: Call): string | undefined {
  const literal = literalOf(expression);
  if (literal !== undefined) {
    return literal;
  }
  const [, group, name] = /^method\.request\.(header|path|querystring)\.(.+)$/.exec(expression) ?? [];
  if (group !== undefined) {
    return call.parameters[group as keyof Call['parameters']].get(name!);
  }
  const [variable, ...path] = expression.split('.');
  const value =
    variable === 'context'
      ? lookUp(call.context, path)
      : variable === 'stageVariables' && Object.hasOwn(call.stageVariables, path.join('.'))
        ? call.stageVariables[path.join('.')]!
        : undefined;
  return typeof value === 'string' || isNumber(value ?? null) ? toText(value!) : undefined;
}

/** Returns what a path such as `authorizer`, `claims`, `sub` leads to. */
export function lookUp(context: Context, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((found, name) => (found instanceof Map ? found.get(name) : undefined), context);
}

/** The headers of a response as a configuration maps them, with the Content-Type first. */
export class HeaderMapping {
  private readonly mapped: HeaderList;
  /** The headers themselves, if they are the same for every call. */
  private readonly constant: HeaderList | undefined;

  /**
   * @param parameters expressions by name after a prefix, `method.response.header.` or `gatewayresponse.header.`
   * @param contentType the Content-Type unless the parameters map another one
   */
  constructor(
    parameters: Readonly<Record<string, string>>,
    prefix: string,
    private readonly contentType: string,
  ) {
    const mapped = Object.entries(parameters).map(
      ([key, expression]) => [key.slice(prefix.length), expression] as const,
    );
    // A gateway response can have headers such as WWW-Authenticate.
    this.mapped =
      prefix === 'method.response.header.'
        ? remapHeaders(mapped)
        : mapped.filter(([name]) => !framingHeaders.test(name));
    this.constant = this.mapped.every(([, expression]) => literalOf(expression) !== undefined)
      ? this.map(literalOf)
      : undefined;
  }

  headers(call: Call): HeaderList {
    return this.constant ?? this.map((expression) => mapParameter(expression, call));
  }

  private map(valueOf: (expression: string) => string | undefined): HeaderList {
    const headers = this.mapped.flatMap(([name, expression]) => {
      const value = valueOf(expression);
      return value === undefined ? [] : [[name, value] as const];
    });
    return mergeHeaders([['Content-Type', this.contentType]], headers);
  }
}

/** Headers that say where a response ends, and those that each response has. */
const framingHeaders = /^(?:connection|content-length|date|server|transfer-encoding)$/i;

function literalOf(expression: string): string | undefined {
  return /^'(.*)'$/s.exec(expression)?.[1];
}
