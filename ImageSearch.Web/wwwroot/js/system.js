// The system page: it keeps itself up to date, and values are read off its plots.
import './refresh.js';
import { byId } from './ui.js';

const board = byId('board');

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
