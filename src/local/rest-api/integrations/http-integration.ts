import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { type Answer, type IncomingCall } from '../call';
import { GatewayError } from '../gateway-response';
import { type Headers } from './parameter-mapping';
import { proxyHeaders, rawPathParameters, traceId } from './proxy-event';
import { type Integration } from '../stage';

/** Headers of an endpoint's answer that reach the client under another name, as API Gateway has them itself. */
const remapped =
  /^(?:authorization|connection|content-length|date|host|server|user-agent|www-authenticate|x-amzn-requestid)$/i;

/** A method's proxy integration with an HTTP endpoint: the endpoint gets the request, and answers it. */
export class HttpIntegration {
  constructor(
    private readonly integration: Integration,
    private readonly report: (message: string) => void,
  ) {}

  /** @throws GatewayError when the endpoint cannot be reached, or does not answer in time */
  async answer(call: IncomingCall): Promise<Answer> {
    const url = this.urlFor(call);
    const { integration_http_method: verb, timeout_milliseconds: timeout } = this.integration;
    const method = verb === 'ANY' || verb === '' ? call.httpMethod : verb;
    const signal = AbortSignal.timeout(timeout);
    try {
      const response = await send(url, method, call, signal);
      const body = Buffer.concat((await response.toArray()) as Buffer[]);
      return { statusCode: response.statusCode!, headers: headersOf(response, call), body };
    } catch (error) {
      if (signal.aborted) {
        this.report(`${call.receipt.requestId} ${method} ${url.href} has not answered in ${timeout / 1000} s`);
        throw new GatewayError('INTEGRATION_TIMEOUT');
      }
      const { code, message } = error as NodeJS.ErrnoException;
      this.report(`${call.receipt.requestId} ${method} ${url.href} cannot be reached: ${code ?? message}`);
      throw new GatewayError('INTEGRATION_FAILURE');
    }
  }

  private urlFor(call: IncomingCall): URL {
    const values = rawPathParameters(call);
    const { uri, request_parameters: parameters } = this.integration;
    const url = new URL(
      uri.replace(/\{([^}]+)\}/g, (variable, name: string) => {
        const mapped = /^method\.request\.path\.(.+)$/.exec(parameters[`integration.request.path.${name}`] ?? '');
        return (mapped && values[mapped[1]!]) ?? variable;
      }),
    );
    // The last part, since a client can put question marks into the query.
    url.search = call.request.url!.split('?').slice(1).join('?');
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

function headersOf({ rawHeaders }: IncomingMessage, call: IncomingCall): Headers {
  const headers = rawHeaders.flatMap((name, index): Headers =>
    index % 2 === 1 || /^transfer-encoding$/i.test(name)
      ? []
      : [[remapped.test(name) ? `x-amzn-Remapped-${name}` : name, rawHeaders[index + 1]!]],
  );
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type') ?? [
    'Content-Type',
    'application/json',
  ];
  return [contentType, ...headers.filter((header) => header !== contentType), ['X-Amzn-Trace-Id', traceId(call)]];
}
