// How fast something goes, and how long the rest of it takes.

const window = 20_000; // the past that counts
const soonest = 1_500; // no guess before so much of it

/** Follows a number that grows. */
export class Pace {
  #points = [];

  /** @returns units per second; null while it is too early to say */
  at(value, now = performance.now()) {
    this.#points.push({ value, now });
    while (this.#points.length > 2 && now - this.#points[0].now > window) {
      this.#points.shift();
    }

    const [first] = this.#points;
    return now - first.now < soonest || value === first.value ? null : 1000 * (value - first.value) / (now - first.now);
  }

  reset() {
    this.#points = [];
  }
}

export const rateText = rate => `${rate >= 10 ? Math.round(rate) : rate >= 1 ? rate.toFixed(1) : rate.toFixed(2)} pictures/s`;

export function durationText(seconds) {
  if (seconds < 55) {
    return `about ${Math.max(5, 5 * Math.ceil(seconds / 5))} s`;
  }

  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${Math.max(1, minutes)} min` : `about ${Math.round(minutes / 60)} h`;
}

export const paceText = (rate, secondsLeft) =>
  [rate ? rateText(rate) : '', rate && secondsLeft > 0 ? `${durationText(secondsLeft)} left` : ''].filter(Boolean).join(', ');
