/** As much of XMLHttpRequest as axios uses, made of fetch: browsers' own cannot run in Node. */
export class FakeXhr {
  timeout = 0;
  status = 0;
  statusText = '';
  responseText = '';
  responseURL = '';
  responseType = '';
  readyState = 0;
  onloadend: (() => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onabort: (() => void) | null = null;
  ontimeout: (() => void) | null = null;
  readonly upload: EventTarget = new EventTarget();
  readonly #headers: [string, string][] = [];
  readonly #controller: AbortController = new AbortController();
  #method = '';
  #url = '';
  #response: Response | undefined;

  open(method: string, url: string): void {
    [this.#method, this.#url] = [method, url];
  }

  addEventListener(): void {}

  setRequestHeader(name: string, value: string): void {
    this.#headers.push([name, value]);
  }

  getAllResponseHeaders(): string {
    return [...(this.#response?.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  abort(): void {
    this.#controller.abort();
  }

  async send(body: BodyInit | null): Promise<void> {
    const late = this.timeout && setTimeout(() => this.#end(() => this.ontimeout?.()), this.timeout);
    try {
      const { signal } = this.#controller;
      const response = await fetch(this.#url, { method: this.#method, headers: this.#headers, body, signal });
      this.responseText = await response.text();
      [this.#response, this.status, this.statusText] = [response, response.status, response.statusText];
      [this.responseURL, this.readyState] = [response.url, 4];
      this.onloadend?.();
    } catch {
      this.#end(() => this.onerror?.(new Event('error')));
    } finally {
      if (late) clearTimeout(late);
    }
  }

  #end(tell: () => void): void {
    if (this.#controller.signal.aborted) return;
    tell();
    this.#controller.abort();
  }
}
