import { UserPoolError } from '../user-pool-error';

/** @throws {UserPoolError} when a map of parameters does not have the one of this name */
export function requiredParameter(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value === undefined || value === '') {
    throw new UserPoolError('InvalidParameterException', `Missing required parameter ${name}`);
  }
  return value;
}
