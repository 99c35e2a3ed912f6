/**
 * Lets the event loop deliver waiting messages. A WebAssembly run blocks its worker, and promises alone never
 * let a `cancel` message in: without this, cancelling would only be seen when all is done.
 */
export function yieldToMessages(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
