/** A wait that can be cut short. Rings that come while nobody waits end the next wait. */
export class Alarm {
  #end: (() => void) | undefined;
  #rang = false;

  wait(ms: number): Promise<void> {
    if (this.#rang) {
      this.#rang = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end?.(), ms);
      this.#end = () => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
    });
  }

  ring(): void {
    if (this.#end) this.#end();
    else this.#rang = true;
  }
}
