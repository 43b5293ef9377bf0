import { send, type SentResponse } from './send';

/** A response of the hosted login, with what a person could do on it. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/** A person's browser, as far as the hosted login needs one: it keeps cookies, follows redirects and fills in forms. */
export class Browser {
  readonly cookies = new Map<string, string>();

  /** @param request makes a request; another one also reaches what is not on the network */
  constructor(private readonly request: (url: string | URL, init: RequestInit) => Promise<SentResponse> = send) {}

  /** Opens a page, and goes where it is sent, until it is sent away from this server. */
  async open(url: string | URL, init: RequestInit = {}): Promise<Page> {
    const response = await this.fetch(url, init);
    const location = response.headers.get('Location');
    if (location === null) {
      return { url: new URL(url), status: response.status, headers: response.headers, html: await response.text() };
    }
    const target = new URL(location, url);
    return target.origin === new URL(url).origin
      ? this.open(target)
      : { url: target, status: response.status, headers: response.headers, html: '' };
  }

  /** Makes one request and goes nowhere. */
  async fetch(url: string | URL, init: RequestInit = {}): Promise<SentResponse> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) {
      headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await this.request(url, { redirect: 'manual', ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (cookie.includes('Max-Age=0')) {
        this.cookies.delete(name!);
      } else {
        this.cookies.set(name!, value!);
      }
    }
    return response;
  }

  /** Fills in a form of a page, the first if not told which, and sends it. */
  submit({ html, url }: Page, fields: Readonly<Record<string, string>>, action = ''): Promise<Page> {
    const form = [...html.matchAll(/<form[^]*?<\/form>/g)]
      .map(([text]) => text)
      .find((text) => text.includes(`action="${action}`));
    if (form === undefined) {
      throw new Error(`no form on ${url.pathname}: ${html}`);
    }
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
      ([, name, value]) => [name!, value!] as const,
    );
    const target = /action="([^"]*)"/.exec(form)![1]!.replaceAll('&amp;', '&');
    return this.open(new URL(target, url), {
      method: 'POST',
      body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }),
    });
  }
}
