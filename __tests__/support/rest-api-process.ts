import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';

import { type JWK } from 'jose';

import { type Stack } from './rest-api-stack';

/** What the server is told: what to serve, and later what time it is. */
export interface ServerRequest {
  readonly stacks?: readonly Stack[];
  /** Public keys by issuer. */
  readonly keys: Readonly<Record<string, JWK[]>>;
  /** In milliseconds since 1970; the true time if left out. */
  readonly now?: number;
}

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

/** The REST API, served by a process of its own. */
export class RestApiProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(stacks: readonly Stack[], keys: ServerRequest['keys']): Promise<RestApiProcess> {
    const child = fork(join(__dirname, 'rest-api-server.ts'), { execArgv: ['--import', 'tsx'] });
    child.send({ stacks, keys } satisfies ServerRequest);
    const [port] = (await once(child, 'message')) as [number];
    return new RestApiProcess(child, port);
  }

  async setTime(now?: number): Promise<void> {
    this.child.send({ keys: {}, ...(now !== undefined && { now }) } satisfies ServerRequest);
    await once(this.child, 'message');
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

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, 'exit');
  }
}
