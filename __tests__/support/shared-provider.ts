import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, createServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { lossByType } from '../../src/terraform/losses';

const service = '/tfplugin5.Provider/';

/** A response of a gRPC call. */
interface Answer {
  readonly body: Buffer;
  readonly status: string;
  readonly message: string;
}

/** A process of the provider. */
interface Process {
  readonly child: ChildProcess;
  readonly session: ClientHttp2Session;
}

/** A process of the provider as it is configured. */
class Provider {
  private configured: { readonly request: Buffer; readonly answer: Promise<Answer> } | undefined;
  /** The connections of terraform that have configured it. */
  private readonly users = new Set<Http2Session>();

  constructor(private readonly process: Promise<Process>) {}

  hasConfiguration(request: Buffer): boolean {
    return this.configured?.request.equals(request) === true;
  }

  get isUsed(): boolean {
    return this.users.size > 0;
  }

  /** Configures the provider for a connection, unless it is. */
  configure(user: Http2Session, request: Buffer): Promise<Answer> {
    this.users.add(user);
    user.once('close', () => this.users.delete(user));
    if (!this.configured?.request.equals(request)) {
      this.configured = { request, answer: this.call(`${service}Configure`, request) };
    }
    return this.configured.answer;
  }

  async call(path: string, request: Buffer): Promise<Answer> {
    const { session } = await this.process;
    const headers = { 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
    let end: NodeJS.Dict<string | string[]> = {};
    for (const event of ['response', 'trailers'] as const) {
      stream.on(event, (received: NodeJS.Dict<string | string[]>) => (end = received));
    }
    stream.end(request);
    const closed = once(stream, 'close');
    const body = Buffer.concat((await stream.toArray()) as Buffer[]);
    await closed;
    return { body, status: String(end['grpc-status']), message: String(end['grpc-message'] ?? '') };
  }

  async end(): Promise<void> {
    const { child, session } = await this.process;
    session.destroy();
    child.stdin!.end();
    await once(child, 'close');
  }
}

/**
 * The AWS provider for all terraform commands in the folder of a stack: a process for each region at a time.
 *
 * Otherwise each command checks the package's hash, starts the provider and reads the schemas of 1,500 resource types, which is
 * most of its time. Here terraform attaches to a gRPC proxy in this process, which forwards each call to the provider, and
 * takes the resource types that the stacks cannot have out of the schemas.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
 */
class SharedProvider {
  private readonly providers: Provider[] = [];
  /** The provider that a connection has configured. Terraform has a connection for each `provider` block. */
  private readonly ofConnection = new WeakMap<Http2Session, Provider>();
  /** Those of all stacks: each process of the provider would make them again. */
  private static schemas: Promise<Answer> | undefined;
  private readonly server = createServer().on('stream', (stream, { ':path': path }) => {
    // Terraform that is stopped by a signal resets its connection, also while the provider works on a call.
    stream.on('error', () => stream.destroy());
    this.respond(stream, path!).catch(() => stream.destroy());
  });

  /** @param startProcess starts a process of the provider, at the first call */
  constructor(private readonly startProcess: () => Promise<Process>) {}

  async listen(socket: string): Promise<void> {
    this.server.listen(socket);
    await once(this.server, 'listening');
  }

  async end(): Promise<void> {
    this.server.close();
    await Promise.all(this.providers.map((provider) => provider.end()));
  }

  private async respond(stream: ServerHttp2Stream, path: string): Promise<void> {
    const connection = stream.session!;
    const request = Buffer.concat((await stream.toArray()) as Buffer[]);
    const { body, status, message } = await this.answer(connection, path, request);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status, 'grpc-message': message }));
    stream.end(body);
  }

  private async answer(connection: Http2Session, path: string, request: Buffer): Promise<Answer> {
    const provider = () => this.ofConnection.get(connection) ?? this.providers[0] ?? this.start();
    switch (path) {
      case `${service}GetSchema`:
        return (SharedProvider.schemas ??= provider()
          .call(path, request)
          .then((answer) => ({ ...answer, body: withoutOtherTypes(answer.body) })));
      case `${service}Configure`:
        return this.configure(connection, request);
      // It would stop the other commands too.
      case `${service}Stop`:
        return { body: message(Buffer.of()), status: '0', message: '' };
      default:
        return path.startsWith(service)
          ? provider().call(path, request)
          : { body: Buffer.of(), status: '12', message: 'not implemented' };
    }
  }

  /** Gives a connection the provider with its configuration. A configured provider gets another one when nothing uses it. */
  private configure(connection: Http2Session, request: Buffer): Promise<Answer> {
    const provider =
      this.providers.find((one) => one.hasConfiguration(request)) ??
      this.providers.find((one) => !one.isUsed) ??
      this.start();
    this.ofConnection.set(connection, provider);
    return provider.configure(connection, request);
  }

  private start(): Provider {
    const provider = new Provider(this.startProcess());
    this.providers.push(provider);
    return provider;
  }
}

/** The stacks of the tests. */
const stacks = ['', '-staging', '-production'].flatMap((environment) =>
  ['CognitoStack', 'ApiGatewayStack'].map((stack) => stack + environment),
);

/** A terraform program whose commands share the providers. */
export interface AttachedTerraform {
  readonly program: string;
  end(): Promise<void>;
}

/** @param env the environment of the providers of a project */
export async function attachTerraform(project: string, env: NodeJS.ProcessEnv): Promise<AttachedTerraform> {
  const folder = mkdtempSync(join(tmpdir(), 'attached-'));
  const program = join(folder, 'terraform');
  const providers = await Promise.all(
    stacks.map(async (stack, index) => {
      // A path of a socket has at most 104 characters.
      const socket = join(folder, String(index));
      const provider = new SharedProvider(() => startProvider(join(project, 'cdktf.out', 'stacks', stack), env));
      await provider.listen(socket);
      const Addr = { Network: 'unix', String: socket };
      const attachment = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr };
      const registries = ['registry.terraform.io', 'registry.opentofu.org'];
      const attachments = Object.fromEntries(registries.map((registry) => [`${registry}/hashicorp/aws`, attachment]));
      writeFileSync(join(folder, `${stack}.json`), JSON.stringify(attachments));
      return provider;
    }),
  );
  // An init needs the package of the provider, and writes the lock file.
  writeFileSync(
    program,
    `#!/bin/sh
attachment="${folder}/$(basename "$PWD" .deletions).json"
[ "$1" = init ] || [ ! -f "$attachment" ] || export TF_REATTACH_PROVIDERS="$(cat "$attachment")"
exec ${env.TERRAFORM_BINARY_NAME ?? 'terraform'} "$@"
`,
    { mode: 0o700 },
  );
  const end = async () => {
    await Promise.all(providers.map((provider) => provider.end()));
  };
  return { program, end };
}

/** Starts the provider, which ends with this process. It reads files relative to the folder of its stack. */
async function startProvider(stack: string, env: NodeJS.ProcessEnv): Promise<Process> {
  const args = ['-L', join(stack, '.terraform', 'providers'), '-name', 'terraform-provider-aws_*'];
  const [file] = execFileSync('find', args, { encoding: 'utf8' }).split('\n');
  const child = spawn('sh', ['-c', '"$0" -debug & cat; kill $!; wait', file!], {
    cwd: stack,
    env: { GOGC: '400', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const socket = await new Promise<string>((listening, failed) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, address] = /"String":"([^"]+)"/.exec(output) ?? [];
      if (address !== undefined) {
        listening(address);
      }
    });
    child.once('close', () => failed(new Error(`the provider ended: ${output}`)));
  });
  const session = connect('http://localhost', { createConnection: () => connectSocket(socket) });
  // The calls of a lost connection fail.
  session.on('error', () => undefined);
  return { child, session };
}

/** Writes a gRPC message that is not compressed. */
function message(content: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(content.length, 1);
  return Buffer.concat([header, content]);
}

/** The resource types and the data sources that the stacks can have, by their field in the schemas. */
const ofStacks = new Map([
  [2, Object.keys(lossByType)],
  [3, ['aws_route53_records', 'aws_route53_zone', 'aws_secretsmanager_secret_version', 'aws_ssm_parameter']],
]);

/**
 * Takes what the stacks cannot have out of the schemas: other resource types and data sources, functions, ephemeral resources.
 *
 * @see https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin5.9.proto
 */
function withoutOtherTypes(schemas: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (const { field, bytes, content } of fieldsOf(schemas.subarray(5))) {
    // These are maps: the first field of an entry is its key.
    const [key] = [2, 3, 7, 8].includes(field) ? fieldsOf(content) : [];
    if (key === undefined || ofStacks.get(field)?.includes(key.content.toString())) {
      kept.push(bytes);
    }
  }
  return message(Buffer.concat(kept));
}

/** Reads the fields of a protobuf message, all of which have a length. */
function* fieldsOf(bytes: Buffer) {
  let position = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[position++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 128) {
        return value;
      }
    }
  };
  while (position < bytes.length) {
    const start = position;
    const field = varint() >> 3;
    const length = varint();
    position += length;
    yield { field, bytes: bytes.subarray(start, position), content: bytes.subarray(position - length, position) };
  }
}
