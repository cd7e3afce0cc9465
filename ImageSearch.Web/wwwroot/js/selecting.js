// Selection in a list of pictures: boxes, ranges with Shift, arrow keys. What is selected is in the boxes themselves.
import { keys, neighbour } from './grid.js';
import { announce, byId } from './ui.js';

let anchor = null; // where a range begins

const gallery = () => document.querySelector('[data-gallery]');
const boxes = () => [...document.querySelectorAll('[data-gallery] > :not([hidden]) [data-select]')];
const itemOf = element => element.closest('[data-id]');
const boxOf = item => item.querySelector('[data-select]');

/** The selected list items, in the order shown. */
export const selected = () => boxes().filter(box => box.checked).map(itemOf);

function changed(saying = true) {
  const count = selected().length;
  if (byId('selected-count')) {
    byId('selected-count').textContent = count;
  }

  if (saying) {
    announce(count === 0 ? '' : `${count} selected`);
  }
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

function move(event) {
  const item = itemOf(event.target);
  const next = item && neighbour(boxes().map(itemOf), item, event.key);
  if (!next) {
    return;
  }

  event.preventDefault();
  if (event.shiftKey) {
    anchor ??= boxOf(item);
    boxOf(item).checked = true;
    selectTo(boxOf(next), true);
    changed();
  }

  // Keeps to the same kind of control: boxes from a box, pictures from a picture.
  (event.target.matches('[data-select]') ? boxOf(next) : next.querySelector('a')).focus();
}

function keyed(event) {
  const typing = event.target.closest('input:not([type=checkbox]), textarea, select, dialog');
  if (typing || event.altKey || event.defaultPrevented || !gallery()) {
    return;
  }

  const inside = gallery().contains(event.target);
  const plain = !event.ctrlKey && !event.metaKey;
  if (keys.has(event.key) && inside && plain) {
    move(event);
  } else if (event.key.toLowerCase() === 'a' && !plain && (inside || selected().length > 0)) {
    event.preventDefault();
    selectAll(true);
  } else if (event.key === 'Escape' && selected().length > 0) {
    selectAll(false);
  } else if (event.key === 'x' && inside && plain) {
    anchor = boxOf(itemOf(event.target));
    anchor.checked = !anchor.checked;
    changed();
  }
}

document.addEventListener('click', event => {
  const all = event.target.closest('[data-select-all]');
  if (all) {
    selectAll(all.dataset.selectAll === 'true');
  } else if (event.target.matches('[data-select]')) {
    if (event.shiftKey && anchor?.isConnected) {
      selectTo(event.target, event.target.checked);
    }

    anchor = event.target;
    changed();
  }
});
// Shift and a click would select text on the way.
document.addEventListener('mousedown', event => event.shiftKey && event.target.closest('.tile-select') && event.preventDefault());
document.addEventListener('keydown', keyed);
// Browsers restore boxes when a page is gone back to, and the server clears them when it has done what was asked.
addEventListener('pageshow', () => changed(false));
globalThis.Blazor?.addEventListener('enhancedload', () => changed(false));
