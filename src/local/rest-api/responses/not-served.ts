import { type ApiResponse } from './api-response';

/** Responds for what is not served, with the reason. */
export function notServed(reason: string): ApiResponse {
  return {
    statusCode: 501,
    errorType: 'NotImplementedException',
    headers: [['Content-Type', 'application/json']],
    body: JSON.stringify({ message: `Not served on this machine: ${reason}` }),
  };
}
