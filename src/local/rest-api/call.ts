import { type IncomingMessage } from 'node:http';

import { type Match } from './routing';
import { type Stage } from './stage';

/** A call, as mapping templates and parameter mappings see it. */
export interface Call {
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Of a parameter that comes more than once, the last value. */
  readonly query: Readonly<Record<string, string>>;
  /** Headers by name as the client wrote it. */
  readonly headers: Readonly<Record<string, string>>;
  /** The header Accept, however the client wrote it. */
  readonly accept?: string | undefined;
  /** The header Content-Type, however the client wrote it. */
  readonly contentType?: string | undefined;
  readonly body: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** What `$context` stands for. */
  readonly context: Context;
  /** What templates want changed in the answer; `$context.responseOverride`. */
  readonly responseOverride: { readonly header: Readonly<Record<string, unknown>>; readonly status?: unknown };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export type Context = Readonly<Record<string, unknown>>;

/** What API Gateway knows of a request by itself. */
export interface Receipt {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** In milliseconds since 1970. */
  readonly time: number;
}

const noBytes = Buffer.alloc(0);

/** A call as it comes in; of what most calls do not need, nothing is made before it is asked for. */
export class IncomingCall implements Call {
  /** The body as it came. */
  bytes: Buffer = noBytes;
  /** Path below the stage, as the client wrote it. */
  path = '';
  match: Match | undefined;
  /** Claims of the caller's token, once it has been verified. */
  claims: Readonly<Record<string, string>> | undefined;
  readonly responseOverride = { header: {} };
  private madeContext: Context | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly stage: Stage,
    readonly receipt: Receipt,
  ) {}

  get body(): string {
    return this.bytes.toString();
  }

  /** The verb of the request, or the one that a header puts in its place. */
  get httpMethod(): string {
    const override = this.request.headers['x-http-method-override'];
    return typeof override === 'string' ? override : this.request.method!;
  }

  get pathParameters(): Readonly<Record<string, string>> {
    return this.match?.pathParameters ?? {};
  }

  get query(): Readonly<Record<string, string>> {
    return Object.fromEntries(new URLSearchParams(this.request.url!.split('?').slice(1).join('?')));
  }

  get headers(): Readonly<Record<string, string>> {
    const { rawHeaders } = this.request;
    return Object.fromEntries(
      rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]!] as const] : [])),
    );
  }

  get accept(): string | undefined {
    return this.request.headers.accept;
  }

  get contentType(): string | undefined {
    return this.request.headers['content-type'];
  }

  get stageVariables(): Readonly<Record<string, string>> {
    return this.stage.variables;
  }

  get context(): Context {
    // Templates write to it, one for the other to read.
    return (this.madeContext ??= this.makeContext());
  }

  private makeContext(): Context {
    const { request, stage, match, claims } = this;
    const { requestId, extendedRequestId, time } = this.receipt;
    return {
      accountId: stage.accountId,
      apiId: stage.apiId,
      ...(claims && { authorizer: { claims: { ...claims } } }),
      domainName: stage.domainName,
      domainPrefix: stage.apiId,
      extendedRequestId,
      httpMethod: this.httpMethod,
      identity: { sourceIp: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' },
      path: request.url!.split('?')[0]!,
      protocol: `HTTP/${request.httpVersion}`,
      requestId,
      requestOverride: { header: {}, path: {}, querystring: {} },
      requestTime: commonLogTime(time),
      requestTimeEpoch: time,
      ...(match && { resourceId: match.resource.id, resourcePath: match.resource.path }),
      responseOverride: this.responseOverride,
      stage: stage.name,
    };
  }
}

/** Writes a time as web servers do in their logs: `09/Apr/2015:12:34:56 +0000`. */
function commonLogTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** What the client gets. */
export interface Answer {
  readonly statusCode: number;
  /** Kind of error, when API Gateway answered by itself. */
  readonly errorType?: string;
  /** Headers with their names as they go out, the first of them the Content-Type. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
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
