import { createHash, randomUUID } from 'node:crypto';
import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';

import { type RefusalName } from '../../flow/words';
import { type Clock } from '../clock';
import { type Answer, IncomingCall, type Receipt } from './call';
import { CognitoAuthorizer, type TokenIssuer } from './cognito-authorizer';
import { answerError, ConfigurationError, GatewayError } from './gateway-response';
import { type Headers } from './integrations/parameter-mapping';
import { findMethod, type Match } from './routing';
import { type Authorizer, type GatewayResponse, type Method, type Stage } from './stage';
import { TokenBucket } from './token-bucket';

/** Called with each call of a stage, its answer, and why its token is refused. */
export type CallLog = (request: IncomingMessage, answer: Answer, refusal: RefusalName | undefined) => void;

export interface RestApiOptions {
  /** Finds a user pool by its ARN. */
  readonly userPools: (arn: string) => TokenIssuer | undefined;
  readonly now?: Clock;
  /** Takes what API Gateway would write to the API's execution log. */
  readonly log?: (message: string) => void;
  readonly onCall?: CallLog;
}

/** API Gateway's limit of a request's body, in bytes. */
const maxBodySize = 10 * 1024 * 1024;

/** Answers of API Gateway to a request that gets as far as no API. */
const unknownStage = refusal(403, 'Forbidden', 'ForbiddenException');
const badRequest = refusal(400, 'Bad Request', 'BadRequestException');

/**
 * Serves the stages of the REST APIs, each under its name, as deployed when this is called.
 *
 * Takes node's requests as they are: those of fetch have their paths and header names already cleaned.
 *
 * @throws TerraformStateError when the user pool of an authorizer is not there
 */
export function createRestApi(stages: readonly Stage[], options: RestApiOptions): RequestListener {
  const restApi = new RestApi(stages, options);
  return (request, response) => {
    restApi.handle(request, response).catch((error: unknown) => {
      // Nothing that a caller sends may end the process.
      options.log?.(messageOf(error));
      response.destroy();
    });
  };
}

class RestApi {
  private readonly stages: ReadonlyMap<string, Stage>;
  private readonly authorizers: ReadonlyMap<Authorizer, CognitoAuthorizer>;
  private readonly buckets = new Map<Method, TokenBucket>();
  private readonly now: Clock;
  private readonly log: (message: string) => void;
  private readonly onCall: CallLog | undefined;

  constructor(stages: readonly Stage[], { userPools, now = Date.now, log = () => undefined, onCall }: RestApiOptions) {
    this.now = now;
    this.log = log;
    this.onCall = onCall;
    this.stages = new Map(stages.map((stage) => [stage.name, stage]));
    this.authorizers = new Map(
      [...this.stages.values()].flatMap(({ authorizers }) =>
        authorizers.map((authorizer) => [authorizer, new CognitoAuthorizer(authorizer, userPools, now)]),
      ),
    );
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receipt = {
      requestId: randomUUID(),
      extendedRequestId: Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64', 0, 11),
      time: this.now(),
    };
    const parts = readPath(request.url!);
    const stage = parts && this.stages.get(parts[0]!);
    if (!stage) {
      send(response, parts ? unknownStage : badRequest, receipt);
      return;
    }
    const call = new IncomingCall(request, stage, receipt);
    let answer: Answer;
    let refusal: RefusalName | undefined;
    try {
      answer = await this.answer(call, parts.slice(1));
    } catch (error) {
      answer = this.answerError(error, call, stage.gatewayResponses);
      refusal = error instanceof GatewayError ? error.refusal : undefined;
    }
    this.onCall?.(request, answer, refusal);
    try {
      send(response, answer, receipt);
    } catch (error) {
      // A template has made a header of what HTTP cannot carry, a line break for one.
      send(response, this.answerError(error, call, new Map()), receipt);
    }
  }

  /** @throws GatewayError when API Gateway answers by itself */
  private async answer(call: IncomingCall, parts: readonly string[]): Promise<Answer> {
    const { headers } = call.request;
    const match = findMethod(call.stage.root, call.httpMethod, parts);
    if (!match) {
      throw routingError(headers.authorization);
    }
    call.match = match;
    call.path = pathBelowStage(call.request.url!);
    const { authorization, integration } = match.method;
    if (!this.bucketOf(call.stage, match).take()) {
      throw new GatewayError('THROTTLED');
    }
    if (authorization) {
      call.claims = await this.authorizers.get(authorization.authorizer)!.authorize(headers, authorization.scopes);
    }
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0) {
      call.bytes = await readBody(call.request);
    }
    return integration.answer(call);
  }

  private bucketOf({ throttling }: Stage, { method, resource }: Match): TokenBucket {
    let bucket = this.buckets.get(method);
    if (!bucket) {
      const [verb] = [...resource.methods].find(([, each]) => each === method)!;
      const own = throttling.get(`${resource.path.replaceAll('/', '~1')}/${verb}`);
      bucket = new TokenBucket(own ?? throttling.get('*/*') ?? { rateLimit: -1, burstLimit: -1 }, this.now);
      this.buckets.set(method, bucket);
    }
    return bucket;
  }

  private answerError(error: unknown, call: IncomingCall, customised: ReadonlyMap<string, GatewayResponse>): Answer {
    const known = error instanceof GatewayError ? error : new ConfigurationError(messageOf(error));
    if (known instanceof ConfigurationError) {
      this.log(
        `${call.httpMethod} of stage ${call.stage.name}: Execution failed due to configuration error: ${known.details}`,
      );
    }
    return answerError(known, call, customised);
  }
}

/**
 * Splits a path at its slashes, before it decodes the parts: `%2F` is part of a name.
 *
 * Returns nothing when the encoding is wrong.
 */
function readPath(target: string): string[] | undefined {
  const path = target.split('?', 1)[0]!.replace(/^\//, '').replace(/\/$/, '');
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Returns what follows the stage in a path, with its encoding. */
function pathBelowStage(target: string): string {
  const path = target.split('?', 1)[0]!;
  const slash = path.indexOf('/', 1);
  return slash < 0 ? '/' : path.slice(slash);
}

/**
 * Reads a request's body.
 *
 * One that is too large is read to its end all the same: a client that is still sending does not see an answer.
 *
 * @throws GatewayError when it is too large
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
 * Makes the error for a call that no method is for.
 *
 * Such a call is taken for one that AWS's own signature (SigV4) should open: without a header for it the token is
 * missing, and with one it is read, and does not look like a signature.
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

function refusal(statusCode: number, message: string, errorType: string): Answer {
  return {
    statusCode,
    errorType,
    headers: [['Content-Type', 'application/json']],
    body: JSON.stringify({ message }),
  };
}

/** Sends an answer, with the headers that API Gateway adds, in its order. */
function send(
  response: ServerResponse,
  { statusCode, errorType, headers, body }: Answer,
  { requestId, extendedRequestId, time }: Receipt,
): void {
  const [[contentTypeName, contentType], ...others] = headers as [Headers[number], ...Headers];
  const lines = ['Date', httpDate(time), contentTypeName, contentType];
  if (statusCode !== 204 && statusCode !== 304) {
    lines.push('Content-Length', String(Buffer.byteLength(body)));
  }
  lines.push('Connection', response.shouldKeepAlive ? 'keep-alive' : 'close', 'x-amzn-RequestId', requestId);
  if (errorType !== undefined) {
    lines.push('x-amzn-ErrorType', errorType);
  }
  lines.push('x-amz-apigw-id', extendedRequestId);
  for (const [name, value] of others) {
    lines.push(name, value);
  }
  response.sendDate = false;
  // By name, since an answer that could not be sent has left its own behind.
  response.writeHead(statusCode, STATUS_CODES[statusCode], lines);
  response.end(body);
}

let lastDate = { second: 0, text: '' };

/** Writes a time as HTTP does, once for all answers of a second. */
function httpDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== lastDate.second) {
    lastDate = { second, text: new Date(time).toUTCString() };
  }
  return lastDate.text;
}
