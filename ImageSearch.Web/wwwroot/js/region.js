// A rectangle on the picture that is searched by, drawn with a pointer or moved with the keyboard. In fractions of the picture.
import { announce, byId } from './ui.js';

const smallest = 0.04;
const step = 0.02;
const largeStep = 0.1;
const settled = 500; // milliseconds after the last key
const initial = { x: 0.2, y: 0.2, w: 0.6, h: 0.6 };

const stage = byId('stage');
const region = byId('region');
const start = byId('region-start');
const clearButton = byId('region-clear');

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** `x,y,w,h` as the API takes it; rounded so that it never reaches beyond the picture. */
export function toCrop({ x, y, w, h }) {
  const floor = value => Math.floor(value * 1000 + 1e-6) / 1000;
  const [left, top] = [floor(x), floor(y)];
  return [left, top, Math.min(floor(w), floor(1 - left)), Math.min(floor(h), floor(1 - top))].join(',');
}

export function fromCrop(text) {
  const [x, y, w, h] = (text ?? '').split(',').map(Number);
  return [x, y, w, h].every(Number.isFinite) && w > 0 && h > 0 ? { x, y, w, h } : null;
}

/**
 * @param changed called with the crop (empty: the whole picture) once a person has made up their mind
 */
export function createRegion(changed) {
  let now = null;
  let drag = null;
  let timer = 0;

  function show(next, saying = false) {
    now = next;
    region.hidden = !now;
    clearButton.hidden = !now;
    start.hidden = Boolean(now);
    stage.classList.toggle('cut', Boolean(now));
    if (!now) {
      return;
    }

    const percent = value => `${value * 100}%`;
    Object.assign(region.style, { left: percent(now.x), top: percent(now.y), width: percent(now.w), height: percent(now.h) });
    const text = value => Math.round(value * 100);
    const place = `${text(now.x)} % from the left, ${text(now.y)} % from the top, ${text(now.w)} % wide, ${text(now.h)} % high`;
    region.setAttribute('aria-label', `Part to search by: ${place}`);
    if (saying) {
      announce(place);
    }
  }

  function clear() {
    clearTimeout(timer);
    show(null);
    changed('');
    start.focus();
  }

  function commit() {
    clearTimeout(timer);
    if (now) {
      changed(toCrop(now));
    }
  }

  const at = event => {
    const box = stage.getBoundingClientRect();
    return { x: clamp((event.clientX - box.left) / box.width, 0, 1), y: clamp((event.clientY - box.top) / box.height, 0, 1) };
  };

  const between = (a, b) => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) });

  stage.addEventListener('pointerdown', event => {
    if (event.button !== 0 || stage.classList.contains('blank')) {
      return;
    }

    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    const edge = event.target.dataset?.edge;
    const point = at(event);
    const before = now;
    if (edge) {
      drag = { before, anchor: { x: edge.includes('w') ? now.x + now.w : now.x, y: edge.includes('n') ? now.y + now.h : now.y } };
    } else if (now && event.target === region) {
      drag = { before, grip: { x: point.x - now.x, y: point.y - now.y } };
    } else {
      drag = { before, anchor: point };
    }
  });

  stage.addEventListener('pointermove', event => {
    if (!drag) {
      return;
    }

    const point = at(event);
    show(drag.grip
      ? { ...now, x: clamp(point.x - drag.grip.x, 0, 1 - now.w), y: clamp(point.y - drag.grip.y, 0, 1 - now.h) }
      : between(drag.anchor, point));
  });

  function drop(event) {
    if (!drag) {
      return;
    }

    const { before } = drag;
    drag = null;
    if (event.type === 'pointercancel' || !now || now.w < smallest || now.h < smallest) {
      show(before); // a click, not a rectangle
    } else if (now !== before) {
      commit();
    }
  }

  stage.addEventListener('pointerup', drop);
  stage.addEventListener('pointercancel', drop);

  region.addEventListener('keydown', event => {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const direction = directions[event.key];
    if (direction && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      const length = event.ctrlKey ? largeStep : step;
      const [x, y] = direction.map(value => value * length);
      show(event.shiftKey
        ? { ...now, w: clamp(now.w + x, smallest, 1 - now.x), h: clamp(now.h + y, smallest, 1 - now.y) }
        : { ...now, x: clamp(now.x + x, 0, 1 - now.w), y: clamp(now.y + y, 0, 1 - now.h) }, true);
      clearTimeout(timer);
      timer = setTimeout(commit, settled);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      commit();
    } else if (event.key === 'Escape' || event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      event.stopPropagation();
      clear();
    }
  });

  start.addEventListener('click', () => {
    show({ ...initial });
    region.focus();
    announce('Arrow keys move the part, Shift with them resizes it, Enter searches.');
  });
  clearButton.addEventListener('click', clear);

  return {
    get crop() { return now ? toCrop(now) : ''; },
    set crop(text) { show(fromCrop(text)); },
    /** Without a picture to draw on there is no part of it. */
    set available(value) {
      stage.classList.toggle('blank', !value);
      start.parentElement.hidden = !value;
      byId('region-help').hidden = !value;
    },
  };
}
