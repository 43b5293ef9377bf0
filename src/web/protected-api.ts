import { type UserManager } from 'oidc-client-ts';

import { currentUser, renewTokens } from './session';

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** The API has not been reached, or its answer may not be read by this page. */
export class ApiUnreachableError extends Error {}

/** Calls the API with the access token, once more with a new one if the API says that it has run out. */
export async function callProtectedApi(userManager: UserManager, url: string): Promise<ApiAnswer> {
  const user = await currentUser(userManager);
  const answer = await get(url, user!.access_token);
  return answer.status === 401 ? get(url, (await renewTokens(userManager)).access_token) : answer;
}

async function get(url: string, accessToken: string): Promise<ApiAnswer> {
  try {
    const response = await fetch(url, { headers: { Authorization: accessToken } });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    throw new ApiUnreachableError((error as Error).message, { cause: error });
  }
}
