import { type UserManager } from 'oidc-client-ts';

import { type FlowRecorder } from './flow/flow-recorder';
import { callApi, type HttpExchange } from './http-exchange';
import { currentUser, renewTokens } from './session';

/** Calls the API with the access token, and once more with a new one if the API says that it has expired. */
export async function callProtectedApi(
  userManager: UserManager,
  url: string,
  recorder: FlowRecorder,
): Promise<HttpExchange> {
  const user = await currentUser(userManager, recorder);
  let response = await callApi(url, user!.access_token);
  if (response.status === 401) {
    response = await callApi(url, (await renewTokens(userManager, recorder)).access_token);
  }
  recorder.responseReceived('call', response);
  return response;
}
