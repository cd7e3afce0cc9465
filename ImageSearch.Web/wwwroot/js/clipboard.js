// Copies what a button with data-copy has, and says so on the button.
import { announce } from './ui.js';

const shown = 1600;

// The clipboard's own interface is there over https and on this machine only.
function copyOldWay(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

export async function copy(text, button) {
  const label = button.dataset.label ??= button.textContent;
  const copied = await copyText(text);
  button.textContent = copied ? 'Copied' : 'Not copied';
  announce(copied ? 'Copied.' : 'The browser does not let this page copy.');
  setTimeout(() => { button.textContent = label; }, shown);
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-copy]');
  if (button) {
    copy(button.dataset.copy, button);
  }
});
