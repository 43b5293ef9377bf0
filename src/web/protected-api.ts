import { type UserManager } from 'oidc-client-ts';

import { type FlowRecorder } from './flow/flow-recorder';
import { callApi, type HttpExchange } from './http-exchange';
import { currentUser, renewTokens } from './session';

/** Calls the API with the access token, once more with a new one if the API says that it has run out. */
export async function callProtectedApi(
  userManager: UserManager,
  url: string,
  recorder: FlowRecorder,
): Promise<HttpExchange> {
  const user = await currentUser(userManager, recorder);
  let answer = await callApi(url, user!.access_token);
  if (answer.status === 401) {
    answer = await callApi(url, (await renewTokens(userManager, recorder)).access_token);
  }
  recorder.answered('call', answer);
  return answer;
}
