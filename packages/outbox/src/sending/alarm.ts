/** A wait that a ring ends early. A ring between two waits ends the next one. */
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
