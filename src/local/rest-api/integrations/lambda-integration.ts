import { validateHeaderName, validateHeaderValue } from 'node:http';

import { isObject } from '../../../rules/rule';
import { FunctionError } from '../../lambda/execution-environment';
import { type LambdaFunction } from '../../lambda/lambda-service';
import { type IncomingCall } from '../call';
import { isBinary } from '../media-types';
import { type ApiResponse, type HeaderList, withContentType, remapHeaders } from '../responses/api-response';
import { GatewayError } from '../responses/gateway-response';
import { proxyEvent, traceId } from './proxy-event';

/** Lambda's limit of a response, in bytes. */
const maxResponseSize = 6 * 1024 * 1024;

const responseMembers = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/** The response of a handler, checked. */
interface ProxyResponse {
  readonly statusCode?: number | string | null;
  readonly headers?: Readonly<Record<string, string | number | boolean>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[]>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean | null;
}

/** A proxy integration with a Lambda function: the function gets the request and returns the response. */
export class LambdaIntegration {
  constructor(
    /** In milliseconds. */
    private readonly timeout: number,
    private readonly target: Pick<LambdaFunction, 'invoke'> & {
      readonly configuration: { readonly functionName: string };
    },
    private readonly report: (message: string) => void,
  ) {}

  /** @throws {GatewayError} when the function fails, runs out of time, or does not return a response */
  async respond(call: IncomingCall): Promise<ApiResponse> {
    const event = JSON.stringify(proxyEvent(call));
    const result = await this.inTime(this.target.invoke({ requestId: call.metadata.requestId, event })).catch(
      (error: unknown) => {
        throw error instanceof FunctionError ? this.failure(call, error.message) : error;
      },
    );
    const response = readResponse(result);
    if (typeof response === 'string') {
      throw this.failure(call, `Malformed Lambda proxy response: ${response}`);
    }
    return toResponse(response, call);
  }

  /** Waits as long as API Gateway. */
  private async inTime(result: Promise<string>): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new GatewayError('INTEGRATION_TIMEOUT'));
      }, this.timeout);
    });
    try {
      return await Promise.race([result, timeout]);
    } finally {
      clearTimeout(timer);
      // Its result is no longer used.
      result.catch(() => undefined);
    }
  }

  private failure(call: IncomingCall, message: string): GatewayError {
    this.report(`${call.metadata.requestId} ${this.target.configuration.functionName}: ${message}`);
    return new GatewayError('DEFAULT_5XX');
  }
}

/** Reads what a function returned, or returns what is wrong with it. */
function readResponse(result: string): ProxyResponse | string {
  if (Buffer.byteLength(result) > maxResponseSize) {
    return `must be at most ${maxResponseSize} bytes`;
  }
  const response = JSON.parse(result) as unknown;
  if (!isObject(response)) {
    return `must be an object with a statusCode and a body, got ${abbreviate(result)}`;
  }
  const unknown = Object.keys(response).find((name) => !responseMembers.includes(name));
  if (unknown !== undefined) {
    return `unknown member ${JSON.stringify(unknown)}; allowed: ${responseMembers.join(', ')}`;
  }
  const { statusCode, headers, multiValueHeaders, body } = response;
  if (statusCode !== undefined && statusCode !== null && !isStatusCode(statusCode)) {
    return `statusCode must be 200 to 599, got ${abbreviate(JSON.stringify(statusCode))}`;
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    return 'body must be a string; use JSON.stringify for an object';
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!isHeaderValue(value)) {
      return `headers: ${name} must be a string; several values belong in multiValueHeaders`;
    }
  }
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (!Array.isArray(values) || !values.every(isHeaderValue)) {
      return `multiValueHeaders: ${name} must be a list of strings`;
    }
  }
  for (const [name, value] of headerList(response)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      return (error as Error).message;
    }
  }
  return response;
}

function isStatusCode(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && /^[2-5]\d\d$/.test(String(value));
}

function isHeaderValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Returns the headers of both members, those with several values first. */
function headerList({ headers, multiValueHeaders }: ProxyResponse): HeaderList {
  return [
    ...Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    ),
    ...Object.entries(headers ?? {}),
  ].map(([name, value]) => [name, String(value)]);
}

function toResponse(response: ProxyResponse, call: IncomingCall): ApiResponse {
  const { statusCode, body, isBase64Encoded } = response;
  return {
    statusCode: Number(statusCode ?? 200),
    headers: [...withContentType(remapHeaders(headerList(response))), ['X-Amzn-Trace-Id', traceId(call)]],
    body:
      isBase64Encoded === true && isBinary(call.stage.binaryMediaTypes, call.accept)
        ? Buffer.from(body ?? '', 'base64')
        : (body ?? ''),
  };
}

function abbreviate(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
