// Keeps the system page up to date: the server draws it anew, this puts it in place. It also reads values off the plots.
import { byId } from './ui.js';

const board = byId('board');
const pause = byId('pause');
const interval = Math.max(1000, Number(board.dataset.interval));
let timer = null;

function keepFocus(replace) {
  const focused = document.activeElement;
  const href = board.contains(focused) ? focused.getAttribute('href') : null;
  replace();
  if (href) {
    board.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
  }
}

async function refresh() {
  try {
    const response = await fetch('/system', { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(15_000) });
    if (response.redirected) {
      location.reload(); // signed out: the server leads to where one signs in
      return;
    }

    const page = response.ok ? new DOMParser().parseFromString(await response.text(), 'text/html') : null;
    const fresh = page?.getElementById('board');
    if (!fresh) {
      throw new Error();
    }

    keepFocus(() => board.replaceChildren(...fresh.childNodes));
    document.querySelector('#as-of time').replaceWith(page.querySelector('#as-of time'));
    byId('problem').hidden = true;
  } catch {
    const text = 'The server does not answer. What is shown is from the time above; it is refreshed as soon as there is an answer.';
    if (byId('problem').hidden) {
      byId('problem').textContent = text;
      byId('problem').hidden = false;
    }
  }
}

function schedule() {
  clearTimeout(timer);
  timer = document.hidden || pause.ariaPressed === 'true' ? null : setTimeout(() => refresh().finally(schedule), interval);
}

pause.addEventListener('click', () => {
  const paused = pause.ariaPressed !== 'true';
  pause.ariaPressed = paused;
  byId('refreshing').hidden = paused;
  (paused ? Promise.resolve() : refresh()).finally(schedule);
});
document.addEventListener('visibilitychange', () => (document.hidden ? Promise.resolve() : refresh()).finally(schedule));

// The value under the pointer.
function readOff(plot, share) {
  const steps = Number(plot.dataset.steps);
  const step = Math.round(share * (steps - 1));
  const texts = [...plot.querySelectorAll('[data-values]')].map((line, _, lines) => {
    const values = line.dataset.values.split(' ');
    const value = values[step - (steps - values.length)];
    return value && value !== '-' ? `${lines.length > 1 ? `${line.dataset.name} ` : ''}${Number(value).toLocaleString('en')}` : null;
  }).filter(Boolean);
  const cursor = plot.querySelector('[data-cursor]');
  const x = 300 * step / (steps - 1);
  cursor.setAttribute('x1', x);
  cursor.setAttribute('x2', x);
  cursor.removeAttribute('hidden');
  const readout = plot.querySelector('[data-readout]');
  readout.dataset.text ??= readout.textContent;
  const ago = Math.round((steps - 1 - step) * Number(plot.dataset.step));
  const when = ago >= 60 ? `${Math.floor(ago / 60)} min ${ago % 60} s ago` : `${ago} s ago`;
  readout.textContent = `${when}: ${texts.length > 0 ? `${texts.join(', ')} ${plot.dataset.unit}` : 'nothing measured'}`;
}

function stopReading(plot) {
  plot.querySelector('[data-cursor]')?.setAttribute('hidden', '');
  const readout = plot.querySelector('[data-readout]');
  if (readout?.dataset.text) {
    readout.textContent = readout.dataset.text;
  }
}

board.addEventListener('pointermove', event => {
  const drawing = event.target.closest('svg');
  if (drawing) {
    const box = drawing.getBoundingClientRect();
    readOff(drawing.closest('[data-plot]'), Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  }
});
board.addEventListener('pointerout', event => {
  const plot = event.target.closest('[data-plot]');
  if (plot && !plot.contains(event.relatedTarget)) {
    stopReading(plot);
  }
});

pause.hidden = false;
byId('refreshing').hidden = false;
schedule();
