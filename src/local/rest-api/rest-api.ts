import { createHash, randomUUID } from 'node:crypto';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

import { type RejectionReason } from '../../flow/words';
import { type Clock } from '../clock';
import { IncomingCall, pathOf } from './call';
import { CognitoAuthorizer, type TokenIssuer } from './cognito-authorizer';
import { createIntegration, type Integration, type IntegrationOptions } from './integrations/integration';
import { type Authorizer, type GatewayResponses, type Method, type Resource, type Stage } from './model';
import { type ApiResponse, send } from './responses/api-response';
import { notServed } from './responses/not-served';
import { ConfigurationError, GatewayError, gatewayResponse } from './responses/gateway-response';
import { RequestValidator } from './request-validator';
import { findMethod } from './routing';
import { TokenBucket } from './token-bucket';

/** Called with each call of a stage, its response, and why its token is rejected. */
export type CallLog = (request: IncomingMessage, response: ApiResponse, reason: RejectionReason | undefined) => void;

interface RestApiOptions extends IntegrationOptions {
  /** Finds a user pool by its ARN. */
  readonly userPools: (arn: string) => TokenIssuer | undefined;
  readonly now?: Clock;
  /** Receives the messages of the execution log. */
  readonly log?: (message: string) => void;
  readonly onCall?: CallLog;
}

/** API Gateway's limit of a request's body, in bytes. */
const maxBodySize = 10 * 1024 * 1024;

/** Responses of API Gateway to a request that reaches no API. */
const unknownStage = rejection(403, 'Forbidden', 'ForbiddenException');
const badRequest = rejection(400, 'Bad Request', 'BadRequestException');

/**
 * Serves the stages of the REST APIs, each under its name, as deployed when this is called.
 *
 * Takes the requests of Node.js as they are: those of fetch have normalized paths and header names.
 *
 * @throws {TerraformStateError} when the user pool of an authorizer is missing, or the function of an integration
 */
export function createRestApi(stages: readonly Stage[], options: RestApiOptions): RequestListener {
  const restApi = new RestApi(stages, options);
  return (request, response) => {
    restApi.handle(request, response).catch((error: unknown) => {
      // A request must never end the process.
      options.log?.(messageOf(error));
      response.destroy();
    });
  };
}

/** A method at run time. */
interface ServedMethod {
  readonly bucket: TokenBucket;
  readonly validator: RequestValidator | undefined;
  readonly integration: Integration;
}

class RestApi {
  private readonly stages: ReadonlyMap<string, Stage>;
  private readonly authorizers: ReadonlyMap<Authorizer, CognitoAuthorizer>;
  private readonly methods = new Map<Method, ServedMethod>();
  private readonly now: Clock;
  private readonly log: (message: string) => void;
  private readonly onCall: CallLog | undefined;

  constructor(stages: readonly Stage[], options: RestApiOptions) {
    const { userPools, now = Date.now, log = () => undefined, onCall } = options;
    this.now = now;
    this.log = log;
    this.onCall = onCall;
    this.stages = new Map(stages.map((stage) => [stage.name, stage]));
    this.authorizers = new Map(
      stages.flatMap(({ authorizers }) =>
        authorizers.map((authorizer) => [authorizer, new CognitoAuthorizer(authorizer, userPools, now)]),
      ),
    );
    for (const { root, throttling } of stages) {
      for (const [resource, httpMethod, method] of methodsOf(root)) {
        const limits = throttling.get(`${resource.path.replaceAll('/', '~1')}/${httpMethod}`) ?? throttling.get('*/*');
        this.methods.set(method, {
          bucket: new TokenBucket(limits ?? { rateLimit: -1, burstLimit: -1 }, now),
          validator: method.requirements && new RequestValidator(method.requirements, this.log),
          integration: createIntegration(method.integration, options),
        });
      }
    }
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const metadata = {
      requestId: randomUUID(),
      extendedRequestId: Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64', 0, 11),
      time: this.now(),
    };
    const stageName = stageOf(request.url!);
    const stage = stageName === undefined ? undefined : this.stages.get(stageName);
    if (!stage) {
      send(response, stageName === undefined ? badRequest : unknownStage, metadata);
      return;
    }
    const call = new IncomingCall(request, stage, metadata);
    let result: ApiResponse;
    let reason: RejectionReason | undefined;
    try {
      result = await this.respond(call, request, stage);
    } catch (error) {
      result = this.respondToError(error, call, stage.gatewayResponses);
      reason = error instanceof GatewayError ? error.reason : undefined;
    }
    this.onCall?.(request, result, reason);
    try {
      send(response, result, metadata);
    } catch (error) {
      // A template has made a header that HTTP cannot carry, such as one with a line break.
      send(response, this.respondToError(error, call, new Map()), metadata);
    }
  }

  /** @throws {GatewayError} when API Gateway responds by itself */
  private async respond(call: IncomingCall, request: IncomingMessage, stage: Stage): Promise<ApiResponse> {
    const { headers } = request;
    const match = findMethod(stage.root, call.httpMethod, call.pathParts);
    if (!match) {
      throw routingError(headers.authorization);
    }
    call.route = match;
    const { bucket, validator, integration } = this.methods.get(match.method)!;
    const { authorization } = match.method;
    if (!bucket.take()) {
      throw new GatewayError('THROTTLED');
    }
    if (authorization && 'unserved' in authorization) {
      return notServed(authorization.unserved);
    }
    if (authorization) {
      call.claims = await this.authorizers.get(authorization.authorizer)!.authorize(headers, authorization.scopes);
    }
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0) {
      call.bytes = await readBody(request);
    }
    validator?.assertValid(call);
    return integration.respond(call);
  }

  private respondToError(error: unknown, call: IncomingCall, customized: GatewayResponses): ApiResponse {
    const known = error instanceof GatewayError ? error : new ConfigurationError(messageOf(error));
    if (known instanceof ConfigurationError) {
      this.log(
        `${call.httpMethod} of stage ${call.stage.name}: Execution failed due to configuration error: ${known.details}`,
      );
    }
    return gatewayResponse(known, call, customized);
  }
}

function* methodsOf(resource: Resource): Generator<[Resource, httpMethod: string, Method]> {
  for (const [httpMethod, method] of resource.methods) {
    yield [resource, httpMethod, method];
  }
  for (const child of resource.children) {
    yield* methodsOf(child);
  }
}

/** Returns the stage that a request names, or nothing when the encoding of its path is wrong. */
function stageOf(target: string): string | undefined {
  const path = pathOf(target);
  try {
    decodeURIComponent(path);
    return decodeURIComponent(path.split('/')[1] ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Reads a request's body.
 *
 * Reads one that is too large to its end as well: a client that is still sending does not see a response.
 *
 * @throws {GatewayError} when it is too large
 */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodySize) {
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      if (size > maxBodySize) {
        reject(new GatewayError('REQUEST_TOO_LARGE'));
      } else {
        resolve(Buffer.concat(chunks));
      }
    });
    request.on('error', reject);
  });
}

/**
 * Makes the error for a call without a method.
 *
 * API Gateway expects such a call to have AWS's own signature (SigV4): without the header, the token is missing; with
 * it, the token is not a signature.
 */
function routingError(authorization: string | undefined): GatewayError {
  if (authorization === undefined) {
    return new GatewayError('MISSING_AUTHENTICATION_TOKEN');
  }
  const hash = createHash('sha256').update(authorization).digest('base64');
  return new GatewayError(
    'INVALID_SIGNATURE',
    /^\S+ [^=]+$/.test(authorization)
      ? `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`
      : [
          ...["'Credential'", "'Signature'", "'SignedHeaders'"].map(
            (parameter) => `Authorization header requires ${parameter} parameter.`,
          ),
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
          `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`,
        ].join(' '),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

function rejection(statusCode: number, message: string, errorType: string): ApiResponse {
  return {
    statusCode,
    errorType,
    headers: [['Content-Type', 'application/json']],
    body: JSON.stringify({ message }),
  };
}
