import { FunctionError } from '../../lambda/execution-environment';
import { type LambdaFunction } from '../../lambda/lambda-service';
import { type IncomingCall } from '../call';
import { isBinary } from '../media-types';
import { type ApiResponse, withContentType, withOwnNames } from '../responses/api-response';
import { GatewayError } from '../responses/gateway-response';
import { proxyEvent, traceId } from './proxy-event';

/** Lambda's limit of an answer, in bytes. */
const maxAnswerSize = 6 * 1024 * 1024;

const answerMembers = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/** A handler's answer, once it has been looked at. */
interface ProxyAnswer {
  readonly statusCode?: number | string | null;
  readonly headers?: Readonly<Record<string, string | number | boolean>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[]>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean | null;
}

/** A method's proxy integration with a Lambda function: the function gets the request, and returns the answer. */
export class LambdaIntegration {
  constructor(
    /** In milliseconds. */
    private readonly timeout: number,
    private readonly target: LambdaFunction,
    private readonly report: (message: string) => void,
  ) {}

  /** @throws GatewayError when the function fails, is over time, or does not return an answer */
  async respond(call: IncomingCall): Promise<ApiResponse> {
    const event = JSON.stringify(proxyEvent(call));
    const result = await this.inTime(this.target.invoke({ requestId: call.receipt.requestId, event })).catch(
      (error: unknown) => {
        throw error instanceof FunctionError ? this.failure(call, error.message) : error;
      },
    );
    const answer = readAnswer(result);
    if (typeof answer === 'string') {
      throw this.failure(call, `Malformed Lambda proxy response: ${answer}`);
    }
    return toAnswer(answer, call);
  }

  /** Waits no longer than API Gateway. */
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
      // What comes of it later is nobody's any more.
      result.catch(() => undefined);
    }
  }

  private failure(call: IncomingCall, message: string): GatewayError {
    this.report(`${call.receipt.requestId} ${this.target.configuration.functionName}: ${message}`);
    return new GatewayError('DEFAULT_5XX');
  }
}

/** Reads what a function returned; returns what is wrong with it when API Gateway would not take it. */
export function readAnswer(result: string): ProxyAnswer | string {
  if (Buffer.byteLength(result) > maxAnswerSize) {
    return `it is larger than ${maxAnswerSize} bytes`;
  }
  const answer = JSON.parse(result) as unknown;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return `it is no object with a statusCode and a body, got ${abbreviate(result)}`;
  }
  const unknown = Object.keys(answer).find((name) => !answerMembers.includes(name));
  if (unknown !== undefined) {
    return `it has the member ${JSON.stringify(unknown)}; allowed: ${answerMembers.join(', ')}`;
  }
  const { statusCode, headers, multiValueHeaders, body } = answer as Readonly<Record<string, unknown>>;
  if (statusCode !== undefined && statusCode !== null && !isStatusCode(statusCode)) {
    return `statusCode is no status code, got ${abbreviate(JSON.stringify(statusCode))}`;
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    return 'body is no text; JSON.stringify makes one of an object';
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!isHeaderValue(value)) {
      return `the header ${name} is no text; several values belong in multiValueHeaders`;
    }
  }
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (!Array.isArray(values) || !values.every(isHeaderValue)) {
      return `multiValueHeaders: ${name} is no list of texts`;
    }
  }
  return answer;
}

function isStatusCode(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && /^[1-5]\d\d$/.test(String(value));
}

function isHeaderValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function toAnswer(
  { statusCode, headers, multiValueHeaders, body, isBase64Encoded }: ProxyAnswer,
  call: IncomingCall,
): ApiResponse {
  const multiple = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, String(value)]),
  );
  const single = Object.entries(headers ?? {})
    .map(([name, value]): [string, string] => [name, String(value)])
    .filter(([name]) => !multiple.some(([other]) => other.toLowerCase() === name.toLowerCase()));
  return {
    statusCode: Number(statusCode ?? 200),
    headers: [...withContentType(withOwnNames([...single, ...multiple])), ['X-Amzn-Trace-Id', traceId(call)]],
    body:
      isBase64Encoded === true && isBinary(call.stage.binaryMediaTypes, call.accept)
        ? Buffer.from(body ?? '', 'base64')
        : (body ?? ''),
  };
}

function abbreviate(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
