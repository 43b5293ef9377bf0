/** A call of a method, as mapping templates and parameter mappings see it. */
export interface Call {
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Of a parameter that comes more than once, the last value. */
  readonly query: Readonly<Record<string, string>>;
  /** Headers by name as the client wrote it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** What `$context` stands for. */
  readonly context: Context;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export interface Context extends Record<string, unknown> {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  /** What templates have put here, for each other or for the answer. */
  readonly requestOverride: { readonly header: object; readonly path: object; readonly querystring: object };
  readonly responseOverride: { readonly header: Readonly<Record<string, unknown>>; readonly status?: unknown };
}

/** What the client gets. */
export interface Answer {
  readonly statusCode: number;
  /** Kind of error, when API Gateway answered by itself. */
  readonly errorType?: string;
  /** Headers with their names as they go out, the first of them the Content-Type. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Returns what a path such as `authorizer.claims.sub` leads to. */
export function lookUp(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, name) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, name)
          ? (found as Record<string, unknown>)[name]
          : undefined,
      value,
    );
}

/** Chooses by media type: the one asked for, else JSON, else the first there is. */
export function forMediaType<T>(byMediaType: Readonly<Record<string, T>>, accept: string | undefined): T | undefined {
  const [wanted] = mediaTypes(accept);
  const key = [wanted, 'application/json', Object.keys(byMediaType)[0]].find(
    (type) => type !== undefined && Object.hasOwn(byMediaType, type),
  );
  return key === undefined ? undefined : byMediaType[key];
}

/** Lists the media types of a header, without their parameters. */
export function mediaTypes(header = ''): string[] {
  return header
    .split(',')
    .map((type) => type.split(';')[0]!.trim())
    .filter(Boolean);
}

/** Returns a header, whichever way its name is written. */
export function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  const lowerCase = name.toLowerCase();
  return Object.entries(headers).find(([written]) => written.toLowerCase() === lowerCase)?.[1];
}
