import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';

import { type KeyedCertificate } from './certificate';

/** Host and port of a server that is on this machine, in the header `Host` and in an origin. */
export const loopbackHost = /(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?/;

const onlyLoopbackHost = new RegExp(`^${loopbackHost.source}$`, 'i');

/** A reason for which a port is not available. */
type PortProblem = readonly [port: number, code: 'EADDRINUSE' | 'EACCES'];

/** Ports that are not available: another program listens on them, or this user is not allowed to. */
export class PortError extends Error {
  constructor(private readonly problems: readonly PortProblem[]) {
    super(
      problems
        .map(([port, code]) => `Port ${port} is ${code === 'EADDRINUSE' ? 'in use' : 'not allowed for this user'}`)
        .join('. '),
    );
  }

  get ports(): number[] {
    return this.problems.map(([port]) => port);
  }

  /** Joins errors of several servers. */
  static of(errors: readonly PortError[]): PortError {
    return new PortError(errors.flatMap(({ problems }) => problems));
  }
}

/** Called after each response. The path does not include the query string, which can contain a code. */
export type RequestLog = (exchange: {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}) => void;

interface LoopbackServerOptions {
  readonly log?: RequestLog | undefined;
  /**
   * Certificate for `localhost`, with which the server speaks https.
   *
   * @default - http
   */
  readonly certificate?: KeyedCertificate | undefined;
  /**
   * Whether the server listens on all addresses of the machine, so that others can reach it. A request must still have a
   * host of this machine, as one to a port that a container publishes has.
   *
   * @default false
   */
  readonly isExposed?: boolean | undefined;
}

/** The listener of the requests, and the promise for which they wait. */
interface Handler {
  listener: (...args: Parameters<RequestListener>) => unknown;
  after?: Promise<unknown> | undefined;
}

/** A server that only this machine can reach, unless it is exposed. */
export class LoopbackServer {
  private constructor(
    private readonly servers: readonly Server[],
    readonly port: number,
    private readonly scheme: Scheme,
    private readonly handler: Handler,
  ) {}

  /**
   * Listens on ports (0 for any free port) of both addresses that `localhost` can have: on all of them, or on none.
   *
   * @throws {PortError} with each port that is not available
   */
  static async openAll(ports: readonly number[], options: LoopbackServerOptions = {}): Promise<LoopbackServer[]> {
    const results = await Promise.allSettled(ports.map((port) => LoopbackServer.openOne(port, options)));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const servers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    if (errors.length === 0) {
      return servers;
    }
    await Promise.all(servers.map((server) => server.close()));
    const portErrors = errors.filter((error) => error instanceof PortError);
    throw portErrors.length === errors.length ? PortError.of(portErrors) : errors[0];
  }

  /** Listens on one port. */
  static async open(port: number, options?: LoopbackServerOptions): Promise<LoopbackServer> {
    const [server] = await LoopbackServer.openAll([port], options);
    return server!;
  }

  private static async openOne(
    port: number,
    { log, certificate, isExposed = false }: LoopbackServerOptions,
  ): Promise<LoopbackServer> {
    const scheme = certificate ? 'https' : 'http';
    const handler: Handler = {
      listener: (_, response) => response.writeHead(503).end(),
    };
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
      // Prevents DNS rebinding: a web site must not reach this server through its own host name.
      if (!onlyLoopbackHost.test(request.headers.host ?? '')) {
        response.writeHead(421, { 'Content-Type': 'text/plain' }).end(`Only ${scheme}://localhost is served here.\n`);
        return;
      }
      if (handler.after === undefined) {
        handler.listener(request, response);
      } else {
        void handler.after.then(() => handler.listener(request, response));
      }
    };
    const create = () =>
      certificate
        ? createTlsServer({ cert: certificate.certificate, key: certificate.key }, listener)
        : createServer(listener);
    const first = create();
    await listen(first, port, isExposed ? '0.0.0.0' : '127.0.0.1');
    const openPort = (first.address() as AddressInfo).port;
    const second = create();
    try {
      await listen(second, openPort, isExposed ? '::' : '::1');
    } catch (error) {
      if (error instanceof PortError) {
        first.close();
        throw error;
      }
      // The machine has no IPv6.
      return new LoopbackServer([first], openPort, scheme, handler);
    }
    return new LoopbackServer([first, second], openPort, scheme, handler);
  }

  get url(): string {
    return `${this.scheme}://localhost:${this.port}`;
  }

  /** Starts to handle requests. Until then, every request gets a 503. */
  serve(listener: Handler['listener']): void {
    this.handler.listener = listener;
  }

  /** Makes requests wait, for example while another listener is prepared. */
  hold(until: Promise<unknown>): void {
    const after = until.finally(() => {
      if (this.handler.after === after) {
        this.handler.after = undefined;
      }
    });
    this.handler.after = after;
  }

  /** Stops to listen, and ends all connections. Returns when the server is closed. */
  async close(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        return closed;
      }),
    );
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortError([[port, error.code]]) : error);
    });
    server.listen({ port, host, ipv6Only: true }, resolve);
  });
}

export type Scheme = keyof typeof defaultPorts;

const defaultPorts = { http: 80, https: 443 };

/** Returns the port of a URL with this scheme on this machine, or nothing for any other URL. */
export function loopbackPortOf(url: string, scheme: Scheme = 'http'): number | undefined {
  const { hostname, port, protocol } = new URL(url);
  return protocol === `${scheme}:` && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    ? Number(port || defaultPorts[scheme])
    : undefined;
}

/** Returns whether a string is the URL of a page on this machine. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && (['http', 'https'] as const).some((scheme) => loopbackPortOf(url, scheme) !== undefined);
}
