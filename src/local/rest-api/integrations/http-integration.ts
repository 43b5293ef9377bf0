import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { type IncomingCall } from '../call';
import { type HttpConfiguration } from '../model';
import { type ApiResponse, type HeaderList, withContentType, withOwnNames } from '../responses/api-response';
import { GatewayError } from '../responses/gateway-response';
import { proxyHeaders, traceId } from './proxy-event';

/** A proxy integration with an HTTP endpoint: the endpoint gets the request and sends the response. */
export class HttpIntegration {
  constructor(
    private readonly configuration: HttpConfiguration,
    private readonly report: (message: string) => void,
  ) {}

  /** @throws {GatewayError} when the endpoint cannot be reached, or does not respond in time */
  async respond(call: IncomingCall): Promise<ApiResponse> {
    const url = this.urlFor(call);
    const { httpMethod, timeout } = this.configuration;
    const method = httpMethod === 'ANY' ? call.httpMethod : httpMethod;
    const signal = AbortSignal.timeout(timeout);
    try {
      const response = await send(url, method, call, signal);
      const body = Buffer.concat((await response.toArray()) as Buffer[]);
      return { statusCode: response.statusCode!, headers: headersOf(response, call), body };
    } catch (error) {
      if (signal.aborted) {
        this.report(`${call.receipt.requestId} ${method} ${url.href} has not responded in ${timeout / 1000} s`);
        throw new GatewayError('INTEGRATION_TIMEOUT');
      }
      const { code, message } = error as NodeJS.ErrnoException;
      this.report(`${call.receipt.requestId} ${method} ${url.href} cannot be reached: ${code ?? message}`);
      throw new GatewayError('INTEGRATION_FAILURE');
    }
  }

  private urlFor(call: IncomingCall): URL {
    const { uri, pathParameters } = this.configuration;
    const url = new URL(
      uri.replace(/\{([^}]+)\}/g, (variable, name: string) => {
        const value = call.route!.pathParameters.get(pathParameters.get(name) ?? '');
        return value ?? variable;
      }),
    );
    url.search = call.queryString;
    return url;
  }
}

function send(url: URL, method: string, call: IncomingCall, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = proxyHeaders(call)
    .filter(([name]) => !/^host$/i.test(name))
    .concat([
      ['Host', url.host],
      ['x-amzn-apigateway-api-id', call.stage.apiId],
      ...(call.bytes.length > 0 ? [['Content-Length', String(call.bytes.length)] as const] : []),
    ]);
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    request(url, { method, headers: headers.flat(), signal }, resolve).on('error', reject).end(call.bytes);
  });
}

function headersOf({ rawHeaders }: IncomingMessage, call: IncomingCall): HeaderList {
  const headers = rawHeaders.flatMap((name, index): HeaderList =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1]!]] : [],
  );
  return [...withContentType(withOwnNames(headers)), ['X-Amzn-Trace-Id', traceId(call)]];
}
