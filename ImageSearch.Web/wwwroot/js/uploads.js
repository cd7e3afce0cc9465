// Sends files in requests of a few, two at a time; what does not get through is tried again by itself before it is given up.
import { delay } from './ui.js';

const filesPerRequest = 20;
const bytesPerRequest = 100_000_000;
const atOnce = 2;
const timeout = 15 * 60_000;
const pauses = [1000, 3000, 8000, 15_000]; // before the attempts after the first

const cancelled = { reason: 'Cancelled.', cancelled: true };
const unreachable = 'The server did not answer. Send it again in a moment.';

export class Uploads {
  #waiting = [];
  #running = 0;
  #abort = new AbortController();

  /** @param report called with each settled batch: { entries, images?, reason?, final } */
  constructor(report) {
    this.report = report;
  }

  get active() {
    return this.#running > 0 || this.#waiting.length > 0;
  }

  add(entries) {
    this.#waiting.push(...entries);
    while (this.#running < atOnce && this.#waiting.length > this.#running * filesPerRequest) {
      this.#work();
    }
  }

  /** @returns what was not sent */
  cancel() {
    const left = this.#waiting.splice(0);
    this.#abort.abort();
    this.#abort = new AbortController();
    return left;
  }

  async #work() {
    this.#running++;
    const { signal } = this.#abort;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const entries = this.#take();
      this.report({ entries, ...await this.#send(entries, signal) });
    }

    this.#running--;
    this.report({ entries: [] });
  }

  #take() {
    const entries = [];
    let bytes = 0;
    while (this.#waiting.length > 0 && entries.length < filesPerRequest && (entries.length === 0 || bytes + this.#waiting[0].file.size <= bytesPerRequest)) {
      // One request carries one set of tags.
      if (entries.length > 0 && this.#waiting[0].tags.join() !== entries[0].tags.join()) {
        break;
      }

      bytes += this.#waiting[0].file.size;
      entries.push(this.#waiting.shift());
    }

    return entries;
  }

  async #send(entries, signal) {
    // The same key for every attempt: one whose answer was lost is not done twice.
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#try(entries, key, signal);
      if (!outcome.again || attempt === pauses.length) {
        return outcome;
      }

      await Promise.race([delay(outcome.pause ?? pauses[attempt]), new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))]);
      if (signal.aborted) {
        return cancelled;
      }
    }
  }

  async #try(entries, key, signal) {
    const body = new FormData();
    entries[0].tags.forEach(tag => body.append('tag', tag));
    entries.forEach(({ file, path }) => body.append('file', file, path));
    try {
      const response = await fetch('/api/v1/images', {
        method: 'POST', body, headers: { 'Idempotency-Key': key }, signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      });
      const answer = await response.json();
      if (answer.images) {
        return { images: answer.images };
      }

      const again = response.status === 503 || response.status === 429 || response.status === 409;
      const pause = Number(response.headers.get('Retry-After')) * 1000 || undefined;
      return { reason: answer.detail ?? `The server answered with status ${response.status}.`, again, pause: pause && Math.min(pause, 30_000), final: response.status < 500 && !again };
    } catch (error) {
      return signal.aborted
        ? cancelled
        // A file that was changed or removed meanwhile cannot be read: no attempt will help.
        : { reason: error.name === 'NotReadableError' ? 'The file cannot be read any more.' : unreachable, again: error.name !== 'NotReadableError' };
    }
  }
}
