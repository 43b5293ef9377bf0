import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';

import { type JWK } from 'jose';

import { type Stack } from './main-stacks';
import { onTestServer } from './test-server-process';

export interface Call {
  readonly method?: string;
  /** Sent as it is, stage and all. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: IncomingHttpHeaders;
  /** Names as they came. */
  readonly headerNames: readonly string[];
  readonly body: string;
}

/** The REST APIs of stacks without the rest of the local services, with a clock that the test sets. */
export class TestRestApi {
  private constructor(
    private readonly clock: string,
    private readonly port: number,
  ) {}

  /** Serves the stacks, whose user pools have these public keys by issuer. */
  static async serve(stacks: readonly Stack[], keys: Readonly<Record<string, JWK[]>>): Promise<TestRestApi> {
    const clock = randomUUID();
    return new TestRestApi(clock, await onTestServer('serveRestApi', clock, stacks, keys));
  }

  /** Stops the clock at a time, in milliseconds since 1970, or sets it to the true time. */
  async setTime(now?: number): Promise<void> {
    await onTestServer('setClock', this.clock, now === undefined ? { ahead: 0 } : { now });
  }

  call({ method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: this.port, method, path, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            resolve({
              statusCode: response.statusCode!,
              statusMessage: response.statusMessage!,
              headers: response.headers,
              headerNames: response.rawHeaders.filter((_, index) => index % 2 === 0),
              body: Buffer.concat(chunks).toString(),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
