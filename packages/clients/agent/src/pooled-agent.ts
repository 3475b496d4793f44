import type { Agent, ClientRequest } from 'node:http';
import type { NetConnectOpts, Socket } from 'node:net';

/** A request names its host and its port, even beside a `socketPath`. */
export type ConnectOptions = NetConnectOpts & { readonly host: string; readonly port: number };

/** Takes the socket of a request, or the reason why it is missing. */
export type SocketCallback = (error: Error | null, socket?: Socket) => void;

/**
 * An agent with the members that Node does not document. They are as old as the agent, and agent-base, on which most
 * proxy agents stand, relies on them too.
 */
export interface PooledAgent extends Omit<Agent, 'createConnection'> {
  readonly sockets: Record<string, Socket[] | undefined>;
  readonly requests: Record<string, ClientRequest[] | undefined>;
  readonly protocol: string;
  totalSocketCount: number;
  createSocket(request: ClientRequest, options: ConnectOptions, callback: SocketCallback): void;
  removeSocket(socket: Socket, options: ConnectOptions): void;
  createConnection(options: ConnectOptions, callback?: SocketCallback): Socket | undefined;
}
