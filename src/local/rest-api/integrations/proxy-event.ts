import { type IncomingCall, mediaTypes } from '../call';

/**
 * Builds the event that a proxy integration gives to a Lambda function, in payload format 1.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function proxyEvent(call: IncomingCall): object {
  const headers = proxyHeaders(call);
  const query = [...new URLSearchParams(call.request.url!.split('?').slice(1).join('?'))];
  const { accountId, apiId, domainName, domainPrefix, extendedRequestId, httpMethod, path, protocol, requestId } =
    call.context;
  const { requestTime, requestTimeEpoch, resourceId, resourcePath, stage, authorizer } = call.context;
  const isBase64Encoded = hasBinaryBody(call);
  return {
    resource: resourcePath,
    path: call.path,
    httpMethod,
    headers: Object.fromEntries(headers),
    multiValueHeaders: groupByName(headers),
    queryStringParameters: query.length > 0 ? Object.fromEntries(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? groupByName(query) : null,
    pathParameters: nullIfEmpty(rawPathParameters(call)),
    stageVariables: nullIfEmpty(call.stageVariables),
    requestContext: {
      resourceId,
      ...(authorizer !== undefined && { authorizer }),
      resourcePath,
      httpMethod,
      extendedRequestId,
      requestTime,
      path,
      accountId,
      protocol,
      stage,
      domainPrefix,
      requestTimeEpoch,
      requestId,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: call.request.socket.remoteAddress ?? '',
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: call.request.headers['user-agent'] ?? null,
        user: null,
      },
      domainName,
      deploymentId: 'local',
      apiId,
    },
    body: call.bytes.length === 0 ? null : call.bytes.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** Lists the headers of a call as an integration gets them, with those that API Gateway adds. */
export function proxyHeaders(call: IncomingCall): Pairs {
  const { rawHeaders, socket } = call.request;
  const sent = rawHeaders.flatMap((name, index): Pairs =>
    index % 2 === 0 && !/^(?:connection|content-length|transfer-encoding)$/i.test(name)
      ? [[capitalized.get(name.toLowerCase()) ?? name, rawHeaders[index + 1]!]]
      : [],
  );
  return [
    ...sent,
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
export function traceId({ receipt: { time, requestId } }: IncomingCall): string {
  return `Root=1-${Math.floor(time / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)}`;
}

/** Returns the values of the path's variables as the client encoded them, which is how an integration gets them. */
export function rawPathParameters({ path, match }: IncomingCall): Readonly<Record<string, string>> {
  const values = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  return Object.fromEntries(
    match!.resource.path
      .split('/')
      .slice(1)
      .flatMap((part, index) => {
        const [, name, isGreedy] = /^\{(.*?)(\+?)\}$/.exec(part) ?? [];
        return name === undefined
          ? []
          : [[name, isGreedy ? values.slice(index).join('/') : (values[index] ?? '')] as const];
      }),
  );
}

function hasBinaryBody({ stage, contentType }: IncomingCall): boolean {
  const [sent = ''] = mediaTypes(contentType);
  return stage.binaryMediaTypes.some((type) => type === '*/*' || type === sent);
}

function groupByName(pairs: Pairs): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    (groups[name] ??= []).push(value);
  }
  return groups;
}

function nullIfEmpty(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(record).length === 0 ? null : record;
}
