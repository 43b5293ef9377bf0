import { type ServerResponse, STATUS_CODES } from 'node:http';

import { type RequestMetadata } from '../call';

/** The response to the client. */
export interface ApiResponse {
  readonly statusCode: number;
  /** Kind of error, if API Gateway responds by itself. */
  readonly errorType?: string;
  /** Headers with their names as they are sent, the Content-Type first. */
  readonly headers: HeaderList;
  readonly body: string | Uint8Array;
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/**
 * Renames the headers of an integration that API Gateway does not let through, as recorded, to `x-amzn-Remapped-NAME`. A
 * Transfer-Encoding is not sent at all.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function remapHeaders(headers: HeaderList): HeaderList {
  return headers
    .filter(([name]) => !/^transfer-encoding$/i.test(name))
    .map(([name, value]) => [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);
}

const remapped = new Set([
  ...['authorization', 'connection', 'content-length', 'content-md5', 'date', 'expect', 'host', 'max-forwards'],
  ...['proxy-authenticate', 'server', 'trailer', 'upgrade', 'user-agent', 'www-authenticate', 'x-amzn-requestid'],
  'x-forwarded-for',
]);

/** Adds headers to headers: one with the same name replaces the other. */
export function mergeHeaders(...headers: readonly HeaderList[]): HeaderList {
  return [...new Map(headers.flat().map((header) => [header[0].toLowerCase(), header])).values()];
}

/** Puts the Content-Type first, which is JSON if it is missing. Of several, the first counts. */
export function withContentType(headers: HeaderList): HeaderList {
  const isContentType = ([name]: HeaderList[number]) => name.toLowerCase() === 'content-type';
  return [
    headers.find(isContentType) ?? ['Content-Type', 'application/json'],
    ...headers.filter((header) => !isContentType(header)),
  ];
}

/** Sends a response, with the headers that API Gateway adds, in its order. */
export function send(
  response: ServerResponse,
  { statusCode, errorType, headers, body }: ApiResponse,
  { requestId, extendedRequestId, time }: RequestMetadata,
): void {
  const [[contentTypeName, contentType], ...others] = headers as [HeaderList[number], ...HeaderList];
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
  // All in one call, because an attempt that failed has left headers behind.
  response.writeHead(statusCode, STATUS_CODES[statusCode], lines);
  response.end(body);
}

let lastDate = { second: 0, text: '' };

/** Writes a time as HTTP does, once for all responses of a second. */
function httpDate(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== lastDate.second) {
    lastDate = { second, text: new Date(time).toUTCString() };
  }
  return lastDate.text;
}
