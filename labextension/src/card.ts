import { ICard } from './api';
import { ISources } from './tokens';

const ALLOWED = new Set(['I', 'B', 'SUP', 'SUB', 'SPAN', 'DIV', 'EM', 'STRONG']);

/** A formatted reference as nodes: text and simple emphasis, nothing else. */
export function referenceNodes(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment);
  return fragment;
}

function copy(from: Node, to: Node): void {
  for (const child of Array.from(from.childNodes)) {
    if (child.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(child.textContent ?? ''));
    } else if (child.nodeType === Node.ELEMENT_NODE && !['SCRIPT', 'STYLE'].includes(child.nodeName)) {
      const kept = ALLOWED.has(child.nodeName);
      const target = kept ? document.createElement(child.nodeName) : to;
      copy(child, target);
      if (kept) {
        to.appendChild(target);
      }
    }
  }
}

function element(name: string, className: string, text = ''): HTMLElement {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

/** Make the card of a source; it is filled when the server has answered. */
export function makeCard(sources: ISources, key: string): HTMLElement {
  const node = element('div', 'octavo-card');
  const source = sources.find(key);
  const title = element('div', 'octavo-card-title', source?.title ?? key);
  const by = [source?.author, source?.year].filter(Boolean).join(', ');
  node.append(element('div', 'octavo-card-by', by || 'Unknown source'), title);
  void sources.card(key).then(
    card => fill(node, card),
    () => node.append(element('div', 'octavo-card-foot', 'The server does not answer.'))
  );
  return node;
}

function fill(node: HTMLElement, card: ICard): void {
  if (!card.known) {
    return;
  }
  const reference = element('div', 'octavo-card-reference');
  reference.append(referenceNodes(card.reference ?? ''));
  node.append(reference);
  if (card.abstract) {
    const short = card.abstract.length > 420 ? `${card.abstract.slice(0, 420)}…` : card.abstract;
    node.append(element('div', 'octavo-card-abstract', short));
  }
  const parts = [
    card.note ? 'Reading note: Ctrl-click or Alt-Enter' : 'No reading note',
    card.pages?.length ? `quoted: ${card.pages.slice(0, 6).map(one => (/^\d/.test(one) ? `p. ${one}` : one)).join(', ')}` : '',
    card.places?.length ? `cited ${card.places.length}×` : ''
  ];
  node.append(element('div', 'octavo-card-foot', parts.filter(Boolean).join(' · ')));
}
