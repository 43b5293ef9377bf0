import { type LambdaFunction } from '../../lambda/lambda-service';
import { type IncomingCall } from '../call';
import { type IntegrationConfiguration, type LambdaConfiguration } from '../model';
import { type ApiResponse } from '../responses/api-response';
import { notServed } from '../responses/not-served';
import { HttpIntegration } from './http-integration';
import { LambdaIntegration } from './lambda-integration';
import { MockIntegration } from './mock-integration';

/** Responds to the calls of a method. */
export interface Integration {
  /** @throws {GatewayError} when API Gateway responds by itself */
  respond(call: IncomingCall): ApiResponse | Promise<ApiResponse>;
}

/** Options of the Lambda and HTTP integrations. */
export interface IntegrationOptions {
  /** Returns the function that an integration calls, or why it is not served. */
  readonly functions: (configuration: LambdaConfiguration) => LambdaFunction | { readonly unserved: string };
  /** Reports an endpoint that cannot be reached, or a malformed response. */
  readonly report: (message: string) => void;
}

export function createIntegration(
  configuration: IntegrationConfiguration,
  { functions, report }: IntegrationOptions,
): Integration {
  switch (configuration.type) {
    case 'MOCK':
      return new MockIntegration(configuration);
    case 'HTTP_PROXY':
      return new HttpIntegration(configuration, report);
    case 'AWS_PROXY': {
      const called = functions(configuration);
      return 'unserved' in called
        ? { respond: () => notServed(called.unserved) }
        : new LambdaIntegration(configuration.timeout, called, report);
    }
    case 'UNSERVED':
      return { respond: () => notServed(configuration.unserved) };
  }
}
