import { type IncomingHttpHeaders } from 'node:http';

import { fromPlain, UnreadableMap, type Value } from './mapping-template/java';
import { type Resource, type Stage } from './model';

/** A call, as mapping templates and parameter mappings see it. */
export interface Call {
  readonly parameters: RequestParameters;
  /** The header Accept, in any case. */
  readonly accept?: string | undefined;
  /** The header Content-Type, in any case. */
  readonly contentType?: string | undefined;
  readonly body: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The value of `$context`. A template can write to it, and a later one read it. */
  readonly context: Context;
}

/** The parameters of a request by name; of a parameter with several values, the last one. */
interface RequestParameters {
  /** Values of the path variables, decoded. */
  readonly path: ReadonlyMap<string, string>;
  readonly querystring: ReadonlyMap<string, string>;
  /** Headers by name as the client wrote it. */
  readonly header: ReadonlyMap<string, string>;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export type Context = Map<string, Value>;

/** What API Gateway assigns to a request. */
export interface RequestMetadata {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** In milliseconds since 1970. */
  readonly time: number;
}

/** An HTTP request, as far as a call reads it. */
export interface ApiRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined; readonly localPort?: number | undefined };
}

/** The stage, as far as a call reads it. */
type CalledStage = Pick<Stage, 'name' | 'apiId' | 'accountId' | 'domainName' | 'variables' | 'binaryMediaTypes'>;

/** Where a call arrives. */
export interface Route {
  readonly resource: Pick<Resource, 'id' | 'path'>;
  /** Values of the path variables by name, as the client encoded them. */
  readonly pathParameters: ReadonlyMap<string, string>;
}

export type Pairs = readonly (readonly [name: string, value: string])[];

/** Headers that API Gateway does not pass to templates and integrations, as recorded. */
const droppedHeaders = new Set([
  ...['connection', 'content-length', 'content-md5', 'expect', 'max-forwards', 'proxy-authenticate', 'server', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'www-authenticate'],
]);

/** A call to the API. Its getters compute values that most calls do not need. */
export class IncomingCall implements Call {
  /** The body as it was received. */
  bytes: Buffer = Buffer.alloc(0);
  /** Set as soon as it is known. */
  route: Route | undefined;
  /** Claims of the caller's token, after it has been verified. */
  claims: Readonly<Record<string, string>> | undefined;
  private cachedContext: Context | undefined;

  constructor(
    readonly request: ApiRequest,
    readonly stage: CalledStage,
    readonly metadata: RequestMetadata,
  ) {}

  get body(): string {
    return this.bytes.toString();
  }

  /** The HTTP method of the request, or the one that a header replaces it with. */
  get httpMethod(): string {
    const override = this.request.headers['x-http-method-override'];
    return typeof override === 'string' ? override : this.request.method!;
  }

  /** Path with the stage, as the client encoded it. */
  get path(): string {
    return pathOf(this.request.url!);
  }

  /** Path without the stage, as the client encoded it. Slashes after the stage do not count. */
  get pathBelowStage(): string {
    return this.path.replace(/^\/[^/]*\/*/, '/');
  }

  /** Parts of the path without the stage, as the client encoded them. `%2F` is inside of a part. */
  get pathParts(): string[] {
    const path = this.pathBelowStage.slice(1).replace(/\/$/, '');
    return path === '' ? [] : path.split('/');
  }

  /** Query string, as the client encoded it. */
  get queryString(): string {
    return this.request.url!.split('?').slice(1).join('?');
  }

  get queryParameters(): Pairs {
    return [...new URLSearchParams(this.queryString)];
  }

  /** Headers with their names as the client wrote them, without those that API Gateway does not pass on. */
  get headers(): Pairs {
    const { rawHeaders } = this.request;
    return rawHeaders.flatMap((name, index): Pairs =>
      index % 2 === 0 && !droppedHeaders.has(name.toLowerCase()) ? [[name, rawHeaders[index + 1]!]] : [],
    );
  }

  get parameters(): RequestParameters {
    return {
      path: new Map([...(this.route?.pathParameters ?? [])].map(([name, value]) => [name, decodeURIComponent(value)])),
      querystring: new Map(this.queryParameters),
      header: new Map(this.headers),
    };
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

  /** Time of the request, as web servers write it in their logs: `09/Apr/2015:12:34:56 +0000`. */
  get requestTime(): string {
    const [, day, month, year, clock] = new Date(this.metadata.time).toUTCString().split(/,? /);
    return `${day}/${month}/${year}:${clock} +0000`;
  }

  get context(): Context {
    return (this.cachedContext ??= this.makeContext());
  }

  private makeContext(): Context {
    const { request, stage, route, claims } = this;
    const { requestId, extendedRequestId, time } = this.metadata;
    const values = {
      accountId: stage.accountId,
      apiId: stage.apiId,
      ...(claims && { authorizer: { claims: new UnreadableMap(Object.entries(claims)) } }),
      deploymentId,
      domainName: stage.domainName,
      domainPrefix: stage.apiId,
      extendedRequestId,
      httpMethod: this.httpMethod,
      identity: { sourceIp: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' },
      path: this.path,
      protocol: `HTTP/${request.httpVersion}`,
      requestId,
      requestOverride: { header: {}, path: {}, querystring: {} },
      requestTime: this.requestTime,
      requestTimeEpoch: time,
      ...(route && { resourceId: route.resource.id, resourcePath: route.resource.path }),
      responseOverride: { header: {} },
      stage: stage.name,
    };
    return fromPlain(values) as Context;
  }
}

/** ID of the deployment in a call's context. */
export const deploymentId = 'local';

/** Returns the path of a request target. Slashes before the stage do not count. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0]!.replace(/^\/+/, '/');
}
