import { randomUUID } from 'node:crypto';

import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';

import { loopbackHost } from '../../../http/loopback-server';
import { discoveryRoutes } from '../tokens/discovery';
import { type UserPool } from '../user-pool';
import { UserPoolError } from '../user-pool-error';
import { type Operation, type OperationName } from './operation';
import * as operations from './operations';
import { checkRequest, isSigned, SerializationError } from './request-check';

const contentType = 'application/x-amz-json-1.1';

const targetPrefix = 'AWSCognitoIdentityProviderService.';

/** In bytes. Every request of the served operations is smaller. */
const largestBody = 256 * 1024;

/** The callbacks of the API. */
export interface UserPoolApiProps {
  /** Called with the name of an operation that is not served. */
  readonly onUnserved: (operation: string) => void;
  /** Called with an error that is not the client's. */
  readonly onError: (error: Error) => void;
}

/** An error with its name on AWS, in addition to those of the user pool. */
interface ApiError {
  readonly name: string;
  readonly message: string;
}

/**
 * Cognito's API for the user pools of an account, over the AWS JSON protocol: the header `X-Amz-Target` names the
 * operation.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
 */
export function createUserPoolApi(pools: readonly UserPool[], { onUnserved, onError }: UserPoolApiProps): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('x-amzn-RequestId', randomUUID());
  });
  app.use(
    cors({
      origin: '*',
      allowMethods: ['POST'],
      exposeHeaders: ['x-amzn-RequestId', 'x-amzn-ErrorType', 'x-amzn-ErrorMessage', 'Date'],
      maxAge: 172_800,
    }),
    bodyLimit({
      maxSize: largestBody,
      onError: (context) => reject(context, { name: 'RequestEntityTooLargeException', message: 'Request too large' }),
    }),
  );
  for (const pool of pools) {
    app.route('/', discoveryRoutes(pool));
  }
  app.post('/', (context) => call(context, pools, onUnserved));
  app.notFound((context) => reject(context, unknownOperation(undefined)));
  app.onError((error, context) => {
    onError(error);
    return reject(context, { name: 'InternalErrorException', message: 'Internal error' }, 500);
  });
  return app;
}

/** An operation, after the check of its request. */
type CheckedOperation = (pool: UserPool, request: unknown, all: readonly UserPool[]) => object | Promise<object>;

const served: ReadonlyMap<string, CheckedOperation> = new Map(
  Object.entries(operations satisfies { readonly [Name in OperationName]?: Operation<Name> }) as unknown as [
    string,
    CheckedOperation,
  ][],
);

async function call(
  context: Context,
  pools: readonly UserPool[],
  onUnserved: UserPoolApiProps['onUnserved'],
): Promise<Response> {
  const name = nameOfOperation(context);
  const operation = served.get(name ?? '');
  if (name === undefined || !operation) {
    onUnserved(name ?? 'none');
    return reject(context, unknownOperation(name));
  }
  const authorization = context.req.header('Authorization');
  if (isSigned(name) && !isSignature(authorization)) {
    return reject(context, unsigned(authorization));
  }
  if (isSigned(name) && !isLoopbackOrigin(context.req.header('Origin'))) {
    return reject(context, foreignOrigin);
  }
  try {
    const request = readRequest(await context.req.text());
    checkRequest(name, request);
    const pool = namedPool(pools, request as Names) ?? pools[0]!;
    return respond(context, await pool.saveAfter(() => operation(pool, request, pools)));
  } catch (error) {
    if (error instanceof UserPoolError) {
      return reject(context, { name: error.code, message: error.message });
    }
    if (error instanceof SerializationError) {
      return reject(context, { name: 'SerializationException', message: error.message });
    }
    throw error;
  }
}

/** What names a user pool in a checked request. */
interface Names {
  readonly UserPoolId?: string;
  readonly ClientId?: string;
  readonly AccessToken?: string;
  readonly Session?: string;
  readonly Domain?: string;
}

/** Returns the user pool that a request names by its ID, or by what belongs to it. Each pool rejects the others' names. */
function namedPool(pools: readonly UserPool[], request: Names): UserPool | undefined {
  const { UserPoolId: id, ClientId: clientId, AccessToken: token, Session: session, Domain: domain } = request;
  return pools.find(({ configuration, signIn, tokens }) => {
    if (id !== undefined) {
      return configuration.id === id;
    }
    if (clientId !== undefined) {
      return configuration.clients.has(clientId);
    }
    if (token !== undefined) {
      return tokens.isIssuerOf(token);
    }
    return session === undefined ? domain !== undefined && configuration.domain?.name === domain : signIn.has(session);
  });
}

/** Returns the operation that a request names, if the name is valid. */
function nameOfOperation(context: Context): string | undefined {
  const target = context.req.header('X-Amz-Target') ?? '';
  const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
  return /^\w{1,64}$/.test(name) && mediaTypeOf(context) === contentType ? name : undefined;
}

function mediaTypeOf(context: Context): string | undefined {
  return context.req.header('Content-Type')?.split(';')[0]!.trim().toLowerCase();
}

/**
 * Reads a request. A null member counts as missing, as in the AWS JSON protocol.
 *
 * @throws {SerializationError} when the body is not JSON
 */
function readRequest(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body, function (this: unknown, name: string, value: unknown) {
      return value === null && name !== '' && !Array.isArray(this) ? undefined : value;
    }) as unknown;
  } catch {
    throw new SerializationError('The request is not valid JSON');
  }
}

/** Returns whether a header has the form of an AWS signature, which is not verified here. */
function isSignature(authorization = ''): boolean {
  return /^AWS4-HMAC-SHA256 (?=.*Credential=)(?=.*SignedHeaders=)(?=.*Signature=)/.test(authorization);
}

function unsigned(authorization: string | undefined): ApiError {
  return authorization === undefined
    ? { name: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' }
    : { name: 'IncompleteSignatureException', message: 'Authorization header is not a signature of AWS.' };
}

const loopbackOrigin = new RegExp(`^https?://${loopbackHost.source}$`);

/** Returns whether a request comes from a program or from a page on this machine. Any page can send a signature. */
function isLoopbackOrigin(origin: string | undefined): boolean {
  return origin === undefined || loopbackOrigin.test(origin);
}

const foreignOrigin: ApiError = {
  name: 'AccessDeniedException',
  message: 'Pages of other hosts cannot call operations that need credentials on this machine.',
};

function unknownOperation(name: string | undefined): ApiError {
  return {
    name: 'UnknownOperationException',
    message: name === undefined ? 'The request does not name an operation.' : `${name} is not served on this machine.`,
  };
}

function respond(context: Context, response: object): Response {
  return context.body(toJson(response), 200, { 'Content-Type': contentType });
}

/** Responds with an error as AWS does: its name and message are in the body and in headers. */
function reject(context: Context, { name, message }: ApiError, status: 400 | 500 = 400): Response {
  return context.body(JSON.stringify({ __type: name, message }), status, {
    'Content-Type': contentType,
    'x-amzn-ErrorType': `${name}:`,
    // Clients reject headers that are too long.
    'x-amzn-ErrorMessage': message.slice(0, 1024).replace(/[^ -~]/g, '?'),
  });
}

/** Writes times as the AWS JSON protocol does: in seconds since 1970. */
function toJson(response: object): string {
  return JSON.stringify(response, function (this: Readonly<Record<string, unknown>>, key: string, value: unknown) {
    const given = this[key];
    return given instanceof Date ? given.getTime() / 1000 : value;
  });
}
