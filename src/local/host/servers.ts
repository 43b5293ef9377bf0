import { LoopbackServer } from '../../http/loopback-server';

/** Ports of the services, 0 for any that is free. */
export interface Ports {
  /** Port of the hosted login of the selected user pool. Those of other user pools have any port. */
  readonly login: number;
  readonly api: number;
  readonly userPoolApi: number;
  /**
   * Port of the web client. Unless it is 0, the URLs on the origin of the app client's callback URL move to it.
   *
   * @default - the port of the callback URL; there is no web client if that is on another host
   */
  readonly web?: number | undefined;
}

/** Servers by what they serve. */
export type Servers = ReadonlyMap<string, LoopbackServer>;

/**
 * Opens servers at ports, except for those that have their port already. If one fails, opens none.
 *
 * @param running the servers that are open already
 * @throws {PortError} when a port is not available
 */
export async function openServers(
  ports: ReadonlyMap<string, number>,
  running: Servers,
  options: Parameters<typeof LoopbackServer.openAll>[1],
): Promise<{ readonly servers: Servers; readonly opened: readonly LoopbackServer[] }> {
  const keeps = ([name, port]: readonly [string, number]) =>
    running.has(name) && (port === 0 || port === running.get(name)!.port);
  const missing = [...ports].filter((each) => !keeps(each));
  const opened = await LoopbackServer.openAll(
    missing.map(([, port]) => port),
    options,
  );
  const added = new Map(missing.map(([name], index) => [name, opened[index]!]));
  const servers = new Map(Array.from(ports.keys(), (name) => [name, added.get(name) ?? running.get(name)!]));
  return { servers, opened };
}
