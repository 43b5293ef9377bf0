import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo } from 'node:net';

import { apiGatewayOperation, lambdaOperation, route53Operation, s3Operation } from './aws-calls';
import { type IamPolicy } from './iam-policy';
import { type AwsCall, IamAccount, type IamRequest } from './iam-request';

/** A response of the AWS API. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** What happens instead of a response; `forward` sends the request to the AWS API and returns its response. */
export type Interception = (forward: () => Promise<Answer>) => Answer | Promise<Answer>;

/** Responds as AWS does when the identity lacks a permission, which nobody repeats. */
export const reject: Interception = () => ({
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
  body: Buffer.from(JSON.stringify({ __type: 'AccessDeniedException', message: 'rejected by the test' })),
});

/** An HTTP proxy before an AWS API. */
export class AwsProxy {
  /** Operations in the order in which they were called, by AWS's names. */
  readonly operations: string[] = [];
  /** Calls that were meant for another host, which the proxy rejects. */
  readonly strayCalls: string[] = [];
  /** The policy of the role that calls: what it does not allow is rejected. Without one, everything is allowed. */
  policy: IamPolicy | undefined;
  /** What the policy did not allow. */
  readonly rejectedRequests: IamRequest[] = [];
  private readonly account = new IamAccount();
  private readonly interceptions = new Map<string, Interception>();
  private readonly server = createServer((incoming, outgoing) => {
    this.answer(incoming).then(
      ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
      (error: unknown) => outgoing.destroy(error as Error),
    );
  });

  private constructor(private readonly target: string) {
    this.server.on('connect', (incoming, socket) => {
      this.strayCalls.push(incoming.url!);
      // The client can close the connection first.
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  }

  /** Starts a proxy on a free port of the loopback interface. */
  static async start(target: string): Promise<AwsProxy> {
    const proxy = new AwsProxy(target);
    await new Promise<void>((listening) => proxy.server.listen(0, '127.0.0.1', listening));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Takes the next call of an operation, and only that one, from the AWS API. */
  intercept(operation: string, interception: Interception): void {
    this.interceptions.set(operation, interception);
  }

  /** Operations that wait to be intercepted. */
  get awaited(): string[] {
    return [...this.interceptions.keys()];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async answer(incoming: IncomingMessage): Promise<Answer> {
    const body = await readBody(incoming);
    if (!incoming.url!.startsWith('/')) {
      this.strayCalls.push(incoming.url!);
      return { status: 403, headers: {}, body: Buffer.of() };
    }
    const call = readCall(incoming, body.toString());
    const { operation } = call;
    this.operations.push(operation);
    const forward = () => this.forward(incoming, body);
    const interception = this.isAllowed(call) ? this.interceptions.get(operation) : reject;
    this.interceptions.delete(operation);
    const answer = await (interception ? interception(forward) : forward());
    if (answer.status < 300) {
      this.account.learn(call, answer.body.toString());
    }
    return answer;
  }

  private isAllowed(call: AwsCall): boolean {
    const { policy } = this;
    const rejected = policy === undefined ? [] : this.account.requestsOf(call).filter((each) => !policy.allows(each));
    this.rejectedRequests.push(...rejected);
    return rejected.length === 0;
  }

  private forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((answered, failed) => {
      request(this.target + url!, { method: method!, headers }, (response) => {
        readBody(response).then((answer) => {
          answered({ status: response.statusCode!, headers: response.headers, body: answer });
        }, failed);
      })
        .on('error', failed)
        .end(body);
    });
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  return Buffer.concat((await message.toArray()) as Buffer[]);
}

/**
 * Reads a call: Cognito's has a header with its operation, STS's and IAM's a field; API Gateway's, Lambda's and S3's are
 * an HTTP method and a path. The signature names the service and the region.
 *
 * A call that is none of these has its method and path for a name, so that a reader of the record sees it.
 */
function readCall({ method, url, headers }: IncomingMessage, body: string): AwsCall {
  const { pathname: path, searchParams } = new URL(url!, 'http://127.0.0.1');
  const [, region = '', service = ''] =
    /Credential=[^/]*\/\d+\/([^/]*)\/([^/]*)\//.exec(headers.authorization ?? '') ?? [];
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const fields = isForm ? Object.fromEntries(new URLSearchParams(body)) : {};
  const target = headers['x-amz-target'];
  const call = `${method!} ${path}`;
  return {
    service,
    region,
    operation:
      (target === undefined ? fields.Action : String(target).split('.').at(-1)) ??
      (service === 's3'
        ? s3Operation(method!, path)
        : (apiGatewayOperation(call) ?? lambdaOperation(call) ?? route53Operation(call))) ??
      call,
    method: method!,
    path: decodeURIComponent(path),
    parameters: {
      ...(searchParams.has('prefix') && { prefix: searchParams.get('prefix') }),
      ...(searchParams.has('tagKeys') && { tagKeys: searchParams.getAll('tagKeys') }),
      ...fields,
      ...(service !== 's3' && body.startsWith('{') && (JSON.parse(body) as object)),
      ...(service === 'route53' && body !== '' && { records: recordsIn(body) }),
    },
  };
}

/** Lists the names and the types of the records that a change of a hosted zone is about. */
function recordsIn(body: string): { name: string; type: string }[] {
  return [...body.matchAll(/<Name>([^<]*)<\/Name>[^]*?<Type>([^<]*)<\/Type>/g)].map(([, name, type]) => ({
    name: name!.replace(/\.$/, ''),
    type: type!,
  }));
}
