import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Answers a request of node's. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A port that cannot be had: another program listens on it, or it is the system's. */
export class PortError extends Error {
  constructor(
    readonly port: number,
    code: 'EADDRINUSE' | 'EACCES',
  ) {
    super(`Port ${port} is ${code === 'EADDRINUSE' ? 'taken' : "the system's"}`);
  }
}

/** Called when a request has been answered; the path is without the query, which may hold a code. */
export type RequestLog = (answered: {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}) => void;

/** A server that only this machine reaches. */
export class LoopbackServer {
  private constructor(
    private readonly servers: readonly Server[],
    private readonly port: number,
    private readonly answer: { with: Answer },
  ) {}

  /**
   * Takes a port, 0 for any, of both addresses that `localhost` may stand for.
   *
   * @throws {PortError} when it cannot be had on either of them
   */
  static async open(port: number, log?: RequestLog): Promise<LoopbackServer> {
    const answer: { with: Answer } = { with: (_, response) => response.writeHead(503).end() };
    const listener: RequestListener = (request, response) => {
      if (log) {
        response.once('finish', () => {
          log({
            method: request.method!,
            path: request.url!.split('?')[0]!.replace(/[^!-~]/g, '?'),
            status: response.statusCode,
          });
        });
      }
      // Whoever makes a name of theirs stand for this machine must not read what is on it (DNS rebinding).
      if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(request.headers.host ?? '')) {
        response.writeHead(421, { 'Content-Type': 'text/plain' }).end('Only http://localhost is served here.\n');
        return;
      }
      answer.with(request, response);
    };
    const first = createServer(listener);
    await listen(first, port, '127.0.0.1');
    const taken = (first.address() as AddressInfo).port;
    const second = createServer(listener);
    try {
      await listen(second, taken, '::1');
    } catch (error) {
      if (error instanceof PortError) {
        first.close();
        throw error;
      }
      // A machine without IPv6 has one address less.
      return new LoopbackServer([first], taken, answer);
    }
    return new LoopbackServer([first, second], taken, answer);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Begins to answer; until then every request gets a 503. */
  serve(answer: Answer): void {
    this.answer.with = answer;
  }

  close(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortError(port, error.code) : error);
    });
    server.listen(port, host, resolve);
  });
}

/** Returns the port of a URL that leads to this machine, or nothing if it leads elsewhere. */
export function loopbackPortOf(url: string): number | undefined {
  const { hostname, port, protocol } = new URL(url);
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    ? Number(port || 80)
    : undefined;
}
