import { deploymentId, type IncomingCall, type Pairs } from '../call';
import { isBinary } from '../media-types';

/**
 * Builds the event that a proxy integration gives to a Lambda function, in payload format 1.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function proxyEvent(call: IncomingCall): object {
  const headers = proxyHeaders(call);
  const query = call.queryParameters;
  const { httpMethod, request, stage, claims } = call;
  const { requestId, extendedRequestId, time } = call.metadata;
  const { id: resourceId, path: resourcePath } = call.route!.resource;
  const isBase64Encoded = isBinary(stage.binaryMediaTypes, call.contentType);
  return {
    resource: resourcePath,
    path: call.pathBelowStage,
    httpMethod,
    headers: Object.fromEntries(headers),
    multiValueHeaders: groupByName(headers),
    queryStringParameters: nullIfEmpty(Object.fromEntries(query)),
    multiValueQueryStringParameters: nullIfEmpty(groupByName(query)),
    pathParameters: nullIfEmpty(Object.fromEntries(call.route!.pathParameters)),
    stageVariables: nullIfEmpty(call.stageVariables),
    requestContext: {
      resourceId,
      ...(claims && { authorizer: { claims } }),
      resourcePath,
      httpMethod,
      extendedRequestId,
      requestTime: call.requestTime,
      path: call.path,
      accountId: stage.accountId,
      protocol: `HTTP/${request.httpVersion}`,
      stage: stage.name,
      domainPrefix: stage.apiId,
      requestTimeEpoch: time,
      requestId,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: request.socket.remoteAddress ?? '',
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: request.headers['user-agent'] ?? null,
        user: null,
      },
      domainName: stage.domainName,
      deploymentId,
      apiId: stage.apiId,
    },
    body: call.bytes.length === 0 ? null : call.bytes.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** Lists the headers of a call as an integration gets them, with those that API Gateway adds. */
export function proxyHeaders(call: IncomingCall): Pairs {
  const { socket } = call.request;
  return [
    ...call.headers.map(([name, value]) => [capitalized.get(name.toLowerCase()) ?? name, value] as const),
    ['X-Amzn-Trace-Id', traceId(call)],
    ['X-Forwarded-For', socket.remoteAddress ?? ''],
    ['X-Forwarded-Port', String(socket.localPort)],
    ['X-Forwarded-Proto', 'encrypted' in socket ? 'https' : 'http'],
  ];
}

/** Names that reach an integration in this form, however the client wrote them. */
const capitalized = new Map([
  ['authorization', 'Authorization'],
  ['user-agent', 'User-Agent'],
]);

/** The ID with which X-Ray would follow a call: made from its time and its request ID. */
export function traceId({ metadata: { time, requestId } }: IncomingCall): string {
  return `Root=1-${Math.floor(time / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`;
}

function groupByName(pairs: Pairs): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    groups.set(name, [...(groups.get(name) ?? []), value]);
  }
  return Object.fromEntries(groups);
}

function nullIfEmpty<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | null {
  return Object.keys(record).length === 0 ? null : record;
}
