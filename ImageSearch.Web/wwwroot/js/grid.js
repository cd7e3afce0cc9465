// Arrow keys between pictures. One tile of the page is in the tab order, so that tabbing past 500 of them takes one step.
const controls = 'a[href], button';
export const keys = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);

const tileOf = element => element.closest?.('.tile');
const linkOf = tile => tile.querySelector('.tile-picture');
const isShown = tile => tile.getClientRects().length > 0;

function setTabbable(tile, tabbable) {
  for (const control of tile.querySelectorAll(controls)) {
    control.tabIndex = tabbable ? 0 : -1;
  }
}

/** Takes tiles out of the tab order, except the first of the page. To be called for whatever was added. */
export function adopt(root, tiles) {
  const current = root.querySelector('.tile[data-current]');
  tiles.filter(tile => tile !== current).forEach(tile => setTabbable(tile, false));
  if (!current) {
    makeCurrent(root, tiles.find(isShown));
  }
}

function makeCurrent(root, tile) {
  const old = root.querySelector('.tile[data-current]');
  if (!tile || old === tile) {
    return;
  }

  if (old) {
    delete old.dataset.current;
    setTabbable(old, false);
  }

  tile.dataset.current = '';
  setTabbable(tile, true);
}

// By where tiles are and not by their number: opened groups and several lists make rows of any length.
export function neighbour(tiles, tile, key) {
  const index = tiles.indexOf(tile);
  switch (key) {
    case 'Home': return tiles[0];
    case 'End': return tiles.at(-1);
    case 'ArrowLeft': return tiles[index - 1];
    case 'ArrowRight': return tiles[index + 1];
  }

  const down = key === 'ArrowDown';
  const from = tile.getBoundingClientRect();
  const middle = from.left + from.width / 2;
  let best = null;
  for (const other of tiles) {
    const box = other.getBoundingClientRect();
    const away = down ? box.top - from.bottom : from.top - box.bottom;
    if (away < -1) {
      continue;
    }

    const aside = Math.abs(box.left + box.width / 2 - middle);
    if (!best || away < best.away - 1 || (away < best.away + 1 && aside < best.aside)) {
      best = { away, aside, tile: other };
    }
  }

  return best?.tile;
}

/** @param root where the tiles are @param {(tile: Element) => void} reachedEnd called when an arrow leads beyond the last tile */
export function createGrid(root, reachedEnd) {
  root.addEventListener('focusin', event => makeCurrent(root, tileOf(event.target)));
  root.addEventListener('keydown', event => {
    const tile = tileOf(event.target);
    if (!tile || !keys.has(event.key) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }

    event.preventDefault();
    // Side by side, up and down stay in their column; left and right lead to the next one at the end of a list.
    const next = neighbour([...root.querySelectorAll('.tile')].filter(isShown), tile, event.key);
    if (next) {
      linkOf(next).focus();
    } else {
      reachedEnd(tile);
    }
  });
  adopt(root, [...root.querySelectorAll('.tile')]);
}
