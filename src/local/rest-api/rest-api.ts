import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

import { type Clock } from '../clock';
import { type TerraformState } from '../terraform-state';
import { type Answer, type Call, headerOf } from './call';
import { CognitoAuthorizer, type TokenIssuer } from './cognito-authorizer';
import { answerError, ConfigurationError, GatewayError } from './gateway-response';
import { findMethod } from './routing';
import { type Authorizer, type GatewayResponse, readStages, type Stage } from './stage';

export interface RestApiOptions {
  /** Finds a user pool by its ARN. */
  readonly userPools: (arn: string) => TokenIssuer | undefined;
  readonly now?: Clock;
  /** Takes what API Gateway would write to the API's execution log. */
  readonly log?: (message: string) => void;
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
 * @throws TerraformStateError when a stage cannot be served
 */
export function createRestApi(
  state: TerraformState,
  { userPools, now = Date.now, log = () => undefined }: RestApiOptions,
): RequestListener {
  const stages = new Map(readStages(state).map((stage) => [stage.name, stage]));
  const authorizers = new Map<Authorizer, CognitoAuthorizer>(
    [...stages.values()].flatMap((stage) =>
      stage.authorizers.map((authorizer) => [authorizer, new CognitoAuthorizer(authorizer, userPools, now)] as const),
    ),
  );

  /** @throws GatewayError when API Gateway answers by itself */
  const answerCall = async (request: IncomingMessage, stage: Stage, parts: readonly string[], call: Call) => {
    const match = findMethod(stage.root, call.context.httpMethod, parts);
    if (!match) {
      throw routingError(request.headers.authorization);
    }
    const { method, resource, pathParameters } = match;
    const claims = method.authorization && (await authorize(request, method.authorization));
    return method.integration.answer({
      ...call,
      pathParameters,
      body: await readBody(request),
      context: {
        ...call.context,
        resourceId: resource.id,
        resourcePath: resource.path,
        ...(claims && { authorizer: { claims: { ...claims } } }),
      },
    });
  };

  const authorize = (
    request: IncomingMessage,
    { authorizer, scopes }: { readonly authorizer: Authorizer; readonly scopes: readonly string[] },
  ) => authorizers.get(authorizer)!.authorize(request.headers, scopes);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { parts, query } = readTarget(request.url ?? '');
    const stage = parts && stages.get(parts[0] ?? '');
    const [requestId, extendedRequestId] = [randomUUID(), randomBytes(11).toString('base64')];
    const time = now();
    if (!stage) {
      send(response, parts ? unknownStage : badRequest, { requestId, extendedRequestId, time });
      return;
    }
    const headers = headersAsWritten(request);
    const call: Call = {
      pathParameters: {},
      query,
      headers,
      body: '',
      stageVariables: stage.variables,
      context: {
        accountId: stage.accountId,
        apiId: stage.apiId,
        domainName: stage.domainName,
        domainPrefix: stage.apiId,
        extendedRequestId,
        httpMethod: headerOf(headers, 'X-HTTP-Method-Override') ?? request.method ?? '',
        identity: { sourceIp: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' },
        path: (request.url ?? '').split('?')[0]!,
        protocol: `HTTP/${request.httpVersion}`,
        requestId,
        requestTime: commonLogTime(time),
        requestTimeEpoch: time,
        stage: stage.name,
        requestOverride: { header: {}, path: {}, querystring: {} },
        responseOverride: { header: {} },
      },
    };
    const fail = (error: unknown, gatewayResponses: ReadonlyMap<string, GatewayResponse>): Answer => {
      const known = error instanceof GatewayError ? error : new ConfigurationError(messageOf(error));
      if (known instanceof ConfigurationError) {
        log(
          `${call.context.httpMethod} of stage ${stage.name}: Execution failed due to configuration error: ${known.details}`,
        );
      }
      return answerError(known, call, gatewayResponses);
    };
    const answer = await answerCall(request, stage, parts.slice(1), call).catch((error: unknown) =>
      fail(error, stage.gatewayResponses),
    );
    try {
      send(response, answer, { requestId, extendedRequestId, time });
    } catch (error) {
      // A template has made a header of what HTTP cannot carry, a line break for one.
      send(response, fail(error, new Map()), { requestId, extendedRequestId, time });
    }
  };

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log(messageOf(error));
      response.destroy();
    });
  };
}

/**
 * Splits a request's target at its slashes, before it decodes them: `%2F` is part of a name.
 *
 * @returns no parts when the encoding is wrong
 */
function readTarget(target: string): { readonly parts?: readonly string[]; readonly query: Record<string, string> } {
  const [path = '', ...search] = target.split('?');
  const query = search.length > 0 ? Object.fromEntries(new URLSearchParams(search.join('?'))) : {};
  try {
    const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeURIComponent);
    return { parts, query };
  } catch {
    return { query };
  }
}

function headersAsWritten({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
  }
  return Object.fromEntries(headers);
}

/**
 * Reads a request's body, which is none for most.
 *
 * One that is too large is read to its end all the same: a client that is still sending does not see an answer.
 *
 * @throws GatewayError when it is too large
 */
function readBody(request: IncomingMessage): string | Promise<string> {
  if (request.headers['transfer-encoding'] === undefined && !Number(request.headers['content-length'])) {
    return '';
  }
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
        resolve(Buffer.concat(chunks).toString());
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

interface Ids {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** In milliseconds since 1970. */
  readonly time: number;
}

/** Sends an answer, with the headers that API Gateway adds, in its order. */
function send(response: ServerResponse, { statusCode, errorType, headers, body }: Answer, ids: Ids): void {
  const [contentType, ...others] = headers;
  response.sendDate = false;
  response.writeHead(statusCode, [
    ...['Date', new Date(ids.time).toUTCString()],
    ...contentType!,
    ...(statusCode === 204 || statusCode === 304 ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
    ...['Connection', response.shouldKeepAlive ? 'keep-alive' : 'close'],
    ...['x-amzn-RequestId', ids.requestId],
    ...(errorType === undefined ? [] : ['x-amzn-ErrorType', errorType]),
    ...['x-amz-apigw-id', ids.extendedRequestId],
    ...others.flat(),
  ]);
  response.end(body);
}

/** Writes a time as web servers do in their logs: `09/Apr/2015:12:34:56 +0000`. */
function commonLogTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(/,? /);
  return `${day}/${month}/${year}:${clock} +0000`;
}
