import { type ServerResponse, STATUS_CODES } from 'node:http';

import { type Receipt } from '../call';

/** What the client gets. */
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
 * Sends headers with a name of API Gateway's own as `x-amzn-Remapped-NAME`, and a Transfer-Encoding not at all.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function withOwnNames(headers: HeaderList): HeaderList {
  return headers
    .filter(([name]) => !/^transfer-encoding$/i.test(name))
    .map(([name, value]) => [ownNames.test(name) ? `x-amzn-Remapped-${name}` : name, value]);
}

const ownNames =
  /^(?:authorization|connection|content-length|date|host|server|user-agent|www-authenticate|x-amzn-requestid)$/i;

/** Adds headers to headers: one with the same name replaces the other. */
export function mergeHeaders(...headers: readonly HeaderList[]): HeaderList {
  return [...new Map(headers.flat().map((header) => [header[0].toLowerCase(), header])).values()];
}

/** Puts the Content-Type first, which is JSON if it is missing. */
export function withContentType(headers: HeaderList): HeaderList {
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type');
  return contentType
    ? [contentType, ...headers.filter((header) => header !== contentType)]
    : [['Content-Type', 'application/json'], ...headers];
}

/** Sends a response, with the headers that API Gateway adds, in its order. */
export function send(
  response: ServerResponse,
  { statusCode, errorType, headers, body }: ApiResponse,
  { requestId, extendedRequestId, time }: Receipt,
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
  // By name, because a response that could not be sent has left its own behind.
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
