import { type RejectionReason } from '../../../flow/words';
import { type Call } from '../call';
import { fromPlain } from '../mapping-template/java';
import { forMediaType } from '../media-types';
import { type GatewayResponses } from '../model';
import { HeaderMapping, mapParameter } from '../parameter-mapping';
import { type ApiResponse } from './api-response';

/**
 * What API Gateway responds by itself, by type of gateway response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const builtIn = {
  UNAUTHORIZED: { statusCode: 401, message: 'Unauthorized', errorType: 'UnauthorizedException' },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  INVALID_SIGNATURE: { statusCode: 403, message: '', errorType: 'IncompleteSignatureException' },
  THROTTLED: { statusCode: 429, message: 'Too Many Requests', errorType: 'TooManyRequestsException' },
  BAD_REQUEST_PARAMETERS: { statusCode: 400, message: '', errorType: 'BadRequestException' },
  BAD_REQUEST_BODY: { statusCode: 400, message: 'Invalid request body', errorType: 'BadRequestException' },
  REQUEST_TOO_LARGE: { statusCode: 413, message: 'Request Too Long', errorType: 'RequestTooLargeException' },
  UNSUPPORTED_MEDIA_TYPE: { statusCode: 415, message: 'Unsupported Media Type', errorType: 'BadRequestException' },
  INTEGRATION_FAILURE: {
    statusCode: 504,
    message: 'Network error communicating with endpoint',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    statusCode: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  /** A Lambda function that failed, or returned something that is not a response. */
  DEFAULT_5XX: { statusCode: 502, message: 'Internal server error', errorType: 'InternalServerErrorException' },
  API_CONFIGURATION_ERROR: {
    statusCode: 500,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
} as const;

/** A call to which API Gateway responds by itself. */
export class GatewayError extends Error {
  constructor(
    readonly type: keyof typeof builtIn,
    message: string = builtIn[type].message,
    /** Why a token is rejected, which the response does not say. */
    readonly reason?: RejectionReason,
  ) {
    super(message);
  }
}

/** A call that the API's configuration gives no response to. */
export class ConfigurationError extends GatewayError {
  /** @param details for the log of the API, not for the client */
  constructor(readonly details: string) {
    super('API_CONFIGURATION_ERROR');
  }
}

/**
 * Responds to a call that failed, with the customized response of this type or of `DEFAULT_4XX` or `DEFAULT_5XX`, or
 * with the default of API Gateway.
 *
 * @param customized the API's gateway responses by type
 */
export function gatewayResponse(
  { type, message }: GatewayError,
  call: Call,
  customized: GatewayResponses,
): ApiResponse {
  const { statusCode, errorType } = builtIn[type];
  const custom = customized.get(type) ?? customized.get(statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const failed: Call = {
    parameters: call.parameters,
    stageVariables: call.stageVariables,
    body: '',
    context: new Map([
      ...call.context,
      ['error', fromPlain({ message, messageString: JSON.stringify(message), responseType: type })],
    ]),
  };
  const templates = Object.fromEntries(Object.entries(custom?.templates ?? {}).map((entry) => [entry[0], entry]));
  const [mediaType, template] = forMediaType(templates, call.accept) ?? [
    'application/json',
    '{"message":$context.error.messageString}',
  ];
  return {
    statusCode: custom?.statusCode ?? statusCode,
    errorType,
    headers: new HeaderMapping(custom?.parameters ?? {}, 'gatewayresponse.header.', mediaType).headers(failed),
    body: substitute(template, failed),
  };
}

/** Replaces references by their values. The template of a gateway response supports nothing else. */
function substitute(template: string, call: Call): string {
  return template.replace(
    /\$(context(?:\.\w+)+|stageVariables\.\w+|method\.request\.(?:header|path|querystring)\.[\w-]+)/g,
    (_, expression: string) => mapParameter(expression, call) ?? '',
  );
}
