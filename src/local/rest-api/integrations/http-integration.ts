import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { type IncomingCall } from '../call';
import { type HttpConfiguration } from '../model';
import { type ApiResponse, type HeaderList, withContentType, remapHeaders } from '../responses/api-response';
import { GatewayError } from '../responses/gateway-response';
import { proxyHeaders } from './proxy-event';

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
      return { statusCode: response.statusCode!, headers: headersOf(response), body };
    } catch (error) {
      if (signal.aborted) {
        this.report(`${call.metadata.requestId} ${method} ${url} has not responded in ${timeout / 1000} s`);
        throw new GatewayError('INTEGRATION_TIMEOUT');
      }
      const { code, message } = error as NodeJS.ErrnoException;
      this.report(`${call.metadata.requestId} ${method} ${url} has failed: ${code ?? message}`);
      throw new GatewayError('INTEGRATION_FAILURE');
    }
  }

  /** Returns the URL with the values as the client encoded them: a parsed URL would resolve `..` in them. */
  private urlFor(call: IncomingCall): string {
    const { uri, pathParameters } = this.configuration;
    const url = uri.replace(
      /\{([^}]+)\}/g,
      (variable, name: string) => call.route!.pathParameters.get(pathParameters.get(name) ?? '') ?? variable,
    );
    // API Gateway adds the query of the caller to that of the URL.
    return call.queryString === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${call.queryString}`;
  }
}

function send(url: string, method: string, call: IncomingCall, signal: AbortSignal): Promise<IncomingMessage> {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/?]*)(.*)$/i.exec(url) ?? [];
  const { protocol, hostname, port, host } = new URL(origin);
  const headers = proxyHeaders(call)
    .filter(([name]) => !/^host$/i.test(name))
    .concat([
      ['Host', host],
      ['x-amzn-apigateway-api-id', call.stage.apiId],
      ...(call.bytes.length > 0 ? [['Content-Length', String(call.bytes.length)] as const] : []),
    ]);
  return new Promise((resolve, reject) => {
    const request = protocol === 'https:' ? httpsRequest : httpRequest;
    request({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: path.startsWith('/') ? path : `/${path}`,
      method,
      headers: headers.flat(),
      signal,
    })
      .on('response', resolve)
      .on('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        reject(new Error(`status code ${statusCode} is not possible here`));
      })
      .on('error', reject)
      .end(call.bytes);
  });
}

function headersOf({ rawHeaders }: IncomingMessage): HeaderList {
  const headers = rawHeaders.flatMap((name, index): HeaderList =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1]!]] : [],
  );
  return withContentType(remapHeaders(headers));
}
