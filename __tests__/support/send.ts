import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a test reads of a response. */
export type SentResponse = Pick<Response, 'headers' | 'json' | 'ok' | 'status' | 'text'>;

/** Its idle connections end before the server closes them, which is after five seconds. */
const agent = new Agent({ keepAlive: true, timeout: 4000 });

/** Makes a request as `fetch` does, in a third of its processor time if it is to this machine. Follows no redirect. */
export function send(url: string | URL, init: RequestInit = {}): Promise<SentResponse> {
  if (new URL(url).protocol === 'https:') {
    return fetch(url, { redirect: 'manual', ...init });
  }
  const { method = 'GET', headers } = init;
  const body = init.body as string | URLSearchParams | undefined;
  const sent = new Headers(headers);
  if (body instanceof URLSearchParams) {
    sent.set('Content-Type', 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  return new Promise((resolve, reject) => {
    request(url, { agent, method, headers: Object.fromEntries(sent) }, (response) => {
      const received = new Headers();
      for (let index = 0; index < response.rawHeaders.length; index += 2) {
        received.append(response.rawHeaders[index]!, response.rawHeaders[index + 1]!);
      }
      const status = response.statusCode!;
      text(response).then((body) => {
        resolve({
          ...{ headers: received, ok: status >= 200 && status < 300, status },
          text: () => Promise.resolve(body),
          json: () => Promise.resolve(JSON.parse(body)),
        });
      }, reject);
    })
      .on('error', reject)
      .end(body?.toString());
  });
}
