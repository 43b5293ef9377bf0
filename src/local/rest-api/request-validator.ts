import { createContext, Script } from 'node:vm';

import type * as jsonSchema from '@cfworker/json-schema';

import { parseJson } from '../../rules/json-file';
import { type IncomingCall } from './call';
import { mediaTypes } from './media-types';
import { type RequestRequirements } from './model';
import { GatewayError } from './responses/gateway-response';

/**
 * Checks the requests of a method before the integration is called.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export class RequestValidator {
  /** Names of the required parameters, by what has them. */
  private readonly required: readonly (readonly [keyof IncomingCall['parameters'], name: string])[];
  private readonly bodies: ReadonlyMap<string, jsonSchema.Validator>;

  /**
   * @param log receives the messages of the execution log
   * @param longestCheck milliseconds that the check of a body can take: some patterns take years for some texts
   */
  constructor(
    { parameters, bodies }: RequestRequirements,
    private readonly log: (message: string) => void,
    private readonly longestCheck = 1000,
  ) {
    // Sorted, the headers are first, then the variables of the path, and then the query, as recorded.
    this.required = [...parameters].sort().map((parameter) => {
      const [, , place, ...name] = parameter.split('.');
      return [place as keyof IncomingCall['parameters'], name.join('.')];
    });
    this.bodies = new Map(Object.entries(bodies).map(([type, schema]) => [type, validatorOf(schema)]));
  }

  /** @throws {GatewayError} when a parameter is missing or blank, or the body does not have its schema */
  assertValid(call: IncomingCall): void {
    if (this.required.length > 0) {
      const { parameters } = call;
      const missing = this.required.filter(([place, name]) => !parameters[place].get(name)?.trim());
      if (missing.length > 0) {
        const names = missing.map(([, name]) => name).join(', ');
        throw new GatewayError('BAD_REQUEST_PARAMETERS', `Missing required request parameters: [${names}]`);
      }
    }
    const [mediaType = 'application/json'] = mediaTypes(call.contentType);
    const validator = this.bodies.get(mediaType) ?? this.bodies.get('$default');
    if (validator) {
      this.assertBody(call, mediaType, validator);
    }
  }

  private assertBody(call: IncomingCall, mediaType: string, validator: jsonSchema.Validator): void {
    // API Gateway takes a missing body for an empty object.
    const body = parseJson(call.body || '{}');
    const { valid, errors } =
      body === undefined
        ? { valid: false, errors: [{ error: 'is not JSON' }] }
        : validate(validator, body, this.longestCheck);
    if (!valid) {
      this.log(
        `${call.httpMethod} ${call.pathBelowStage}: Request body does not match model schema for content type ${mediaType}: ` +
          errors
            .map((found) => ('instanceLocation' in found ? `${found.instanceLocation}: ` : '') + found.error)
            .join(' '),
      );
      throw new GatewayError('BAD_REQUEST_BODY');
    }
  }
}

const checked: { run?: () => jsonSchema.ValidationResult } = createContext({});
const check = new Script('run()');

/** Finds a body wrong that is nested too deeply for the validator, which is recursive, or that takes too long. */
function validate(
  validator: jsonSchema.Validator,
  body: unknown,
  longestCheck: number,
): { readonly valid: boolean; readonly errors: readonly (jsonSchema.OutputUnit | { readonly error: string })[] } {
  try {
    // Only here can Node.js end a function that runs too long.
    checked.run = () => validator.validate(body);
    return check.runInContext(checked, { timeout: longestCheck }) as jsonSchema.ValidationResult;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return { valid: false, errors: [{ error: `takes longer than ${longestCheck} ms to check` }] };
    }
    if (error instanceof RangeError) {
      return { valid: false, errors: [{ error: 'is nested too deeply' }] };
    }
    throw error;
  }
}

function validatorOf(schema: object): jsonSchema.Validator {
  // Loaded with the first schema, so that no other API waits for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in any case
  const { Validator } = require('@cfworker/json-schema') as typeof jsonSchema;
  return new Validator(schema, '4');
}
