/** As much of undici's Agent as is used here. */
interface AgentLike {
  destroy(): Promise<void>;
}

type AgentClass = new (options: object) => AgentLike;

/**
 * The Agent of the undici inside this version of Node. Any other needs a bridge to fit its fetch. Imported before
 * `undici` itself, which puts its own dispatcher in the same place if Node has not loaded its undici yet.
 */
export const OwnAgent: AgentClass = findOwnAgent();

function findOwnAgent(): AgentClass {
  // Looking at it makes Node load its undici.
  void globalThis.Headers;
  const scope = globalThis as unknown as Record<symbol, object | undefined>;
  const [first, second] = [
    scope[Symbol.for('undici.globalDispatcher.1')],
    scope[Symbol.for('undici.globalDispatcher.2')],
  ];
  const own = first?.constructor.name === 'Agent' ? first : second;
  return own?.constructor as AgentClass;
}
