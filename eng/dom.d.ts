// What selectors find is what the pages' components write: its kind is known there, not here.
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}

interface Element {
  closest(selectors: string): any;
}

interface HTMLFormControlsCollection {
  namedItem(name: string): any;
}

// What events come from: an element of a page, a form or a field.
interface EventTarget {
  closest(selectors: string): any;
  matches(selectors: string): boolean;
  id: string;
  form: any;
  method: string;
  elements: any;
  checked: boolean;
}

// blazor.web.js, on pages that have it.
declare var Blazor: { addEventListener(name: string, listener: () => void): void } | undefined;
