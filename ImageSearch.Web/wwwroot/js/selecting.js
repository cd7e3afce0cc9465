// Selection in a list of pictures: boxes, ranges with Shift, arrow keys. What is selected is in the boxes themselves.
import { byId } from './ui.js';

const gallery = document.querySelector('[data-gallery]');
const bar = byId('selecting');
const listeners = [];
let anchor = null; // where a range begins

const boxes = () => [...gallery.querySelectorAll('[data-select]')];
const itemOf = element => element.closest('[data-id]');

/** The selected list items, in the order shown. */
export const selected = () => boxes().filter(box => box.checked).map(itemOf);

export function onSelection(listener) {
  listeners.push(listener);
}

export function changed() {
  if (!gallery) {
    return;
  }

  const items = selected();
  boxes().forEach(box => itemOf(box).classList.toggle('selected', box.checked));
  gallery.classList.toggle('has-selection', items.length > 0);
  bar.hidden = items.length === 0;
  byId('selected-count').textContent = items.length;
  listeners.forEach(listener => listener(items));
}

export function selectAll(checked) {
  boxes().forEach(box => { box.checked = checked; });
  anchor = null;
  changed();
}

function selectTo(box, checked) {
  const all = boxes();
  const [from, to] = [all.indexOf(anchor ?? box), all.indexOf(box)].sort((a, b) => a - b);
  all.slice(Math.max(0, from), to + 1).forEach(one => { one.checked = checked; });
}

/** How many stand in a row now. */
function columns(all) {
  const top = itemOf(all[0]).offsetTop;
  const first = all.findIndex(box => itemOf(box).offsetTop > top);
  return first < 0 ? all.length : first;
}

const steps = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: all => -columns(all), ArrowDown: columns };

function move(event) {
  const all = boxes();
  const item = itemOf(event.target);
  const at = all.findIndex(box => itemOf(box) === item);
  const next = at + steps[event.key](all);
  if (at < 0 || !all[next]) {
    return;
  }

  event.preventDefault();
  if (event.shiftKey) {
    anchor ??= all[at];
    all[at].checked = true;
    selectTo(all[next], true);
    changed();
  }

  // Keeps to the same kind of control: boxes from a box, pictures from a picture.
  const target = event.target.matches('[data-select]') ? all[next] : itemOf(all[next]).querySelector('a') ?? all[next];
  target.focus();
}

function keyed(event) {
  const typing = event.target.closest('input:not([type=checkbox]), textarea, select, dialog');
  if (typing || event.altKey || event.defaultPrevented) {
    return;
  }

  const inside = gallery.contains(event.target);
  if (steps[event.key] && inside && !event.ctrlKey && !event.metaKey) {
    move(event);
  } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey) && (inside || selected().length > 0)) {
    event.preventDefault();
    selectAll(true);
  } else if (event.key === 'Escape' && selected().length > 0) {
    selectAll(false);
  } else if (event.key === 'x' && inside && !event.ctrlKey && !event.metaKey) {
    const box = itemOf(event.target).querySelector('[data-select]');
    box.checked = !box.checked;
    anchor = box;
    changed();
  }
}

function start() {
  gallery.classList.add('selectable');
  gallery.addEventListener('click', event => {
    if (!event.target.matches('[data-select]')) {
      return;
    }

    if (event.shiftKey && anchor?.isConnected) {
      selectTo(event.target, event.target.checked);
    }

    anchor = event.target;
    changed();
  });
  // Shift and a click would select text on the way.
  gallery.addEventListener('mousedown', event => event.shiftKey && event.target.closest('.tile-select') && event.preventDefault());
  document.addEventListener('keydown', keyed);
  changed(); // browsers restore boxes when a page is gone back to
}

if (gallery) {
  start();
}
