/** A request of the page and its response. */
export interface HttpExchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Value of the header Authorization. */
  readonly authorization?: string | undefined;
  /** The form that was sent, encoded. */
  readonly form?: string | undefined;
  readonly status: number;
  readonly body: string;
  /** In milliseconds since 1970. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** The API has not been reached, or this page may not read its response. */
export class ApiUnreachableError extends Error {}

/** Calls the API, with a token or without. */
export async function callApi(url: string, authorization?: string): Promise<HttpExchange> {
  const sentAt = Date.now();
  try {
    const response = await fetch(url, authorization === undefined ? {} : { headers: { Authorization: authorization } });
    const body = await response.text();
    return { method: 'GET', url, authorization, status: response.status, body, sentAt, receivedAt: Date.now() };
  } catch (error) {
    throw new ApiUnreachableError((error as Error).message, { cause: error });
  }
}

/** Sends a form to an endpoint of the hosted domain. */
export async function postForm(url: string, form: URLSearchParams): Promise<HttpExchange> {
  let sent: HttpExchange | undefined;
  await watchFetch(
    url,
    (exchange) => (sent = exchange),
    () => fetch(url, { method: 'POST', body: form }),
  );
  return sent!;
}

/** Records the requests to a URL while a function runs: the OAuth library does not expose them. */
export async function watchFetch<Result>(
  url: string,
  note: (exchange: HttpExchange) => void,
  run: () => Promise<Result>,
): Promise<Result> {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const sentAt = Date.now();
    const response = await fetch(input, init);
    if (input === url && init?.body instanceof URLSearchParams) {
      const { status } = response;
      const body = await response.clone().text();
      note({ method: 'POST', url, form: init.body.toString(), status, body, sentAt, receivedAt: Date.now() });
    }
    return response;
  };
  try {
    return await run();
  } finally {
    globalThis.fetch = fetch;
  }
}
