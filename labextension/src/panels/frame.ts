import { Message } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { decoded } from '../citations';

/** The page in a frame that runs no script and asks for nothing. */
export class PageFrame extends Widget {
  constructor() {
    super();
    this.addClass('octavo-page');
    this._frame = document.createElement('iframe');
    // Same origin, so that it can be scrolled and renewed from here; no scripts, ever.
    this._frame.setAttribute('sandbox', 'allow-same-origin');
    this._frame.title = 'Preview of the page';
    this.node.append(this._frame);
  }

  /** Whether the page is shown in its dark colours, as JupyterLab is. */
  isDark = false;

  /** Show a page; another state of the page that is shown changes it in place. */
  async display(page: string, essay: string): Promise<void> {
    const inside = this._frame.contentDocument;
    // A frame's own preference is the system's, whatever JupyterLab's theme.
    const html = page.replaceAll('(prefers-color-scheme: dark)', this.isDark ? 'all' : 'not all');
    const name = `${essay} ${this.isDark}`;
    if (this._shown === name && inside?.body) {
      const fresh = new DOMParser().parseFromString(html, 'text/html');
      const top = inside.documentElement.scrollTop;
      inside.body.replaceChildren(...Array.from(fresh.body.childNodes).map(node => inside.adoptNode(node)));
      inside.documentElement.scrollTop = top;
      return;
    }
    this._shown = name;
    await new Promise<void>(loaded => {
      this._frame.onload = () => loaded();
      this._frame.srcdoc = html;
    });
    const shown = this._frame.contentDocument;
    shown?.documentElement.style.setProperty('color-scheme', this.isDark ? 'dark' : 'light');
    shown?.addEventListener('click', event => this._clicked(event));
  }

  /** Scroll so that a share of a cell is in view; without cells (-1), a share of the whole. */
  reveal(cell: number, share: number): void {
    const inside = this._frame.contentDocument;
    if (!inside?.body) {
      return;
    }
    const root = inside.documentElement;
    const anchors = Array.from(inside.querySelectorAll<HTMLElement>('a[id^="octavo-cell-"]'));
    const numbers = anchors.map(anchor => Number(anchor.id.slice('octavo-cell-'.length)));
    const at = numbers.filter(number => number <= cell).length - 1;
    const text = (inside.querySelector('.text') ?? root).getBoundingClientRect();
    const top = (anchor: HTMLElement | undefined, none: number): number =>
      (anchor ? anchor.getBoundingClientRect().top : none) + root.scrollTop;
    // Notes, references and what stands around the essay are nowhere in its cells.
    const after = inside.querySelector('.text > .notes') ?? inside.querySelector('.text > #refs:last-child');
    const end = after ? after.getBoundingClientRect().top : text.bottom;
    const from = top(cell < 0 ? undefined : anchors[at], text.top);
    const to = top(cell < 0 ? undefined : anchors[at + 1], end);
    const place = from + (to - from) * share;
    const { scrollTop, clientHeight } = root;
    // What is in view stays where it is: a page that jumps can't be read.
    if (place < scrollTop + clientHeight / 8 || place > scrollTop + (clientHeight * 7) / 8) {
      root.scrollTo({ top: place - clientHeight / 3, behavior: 'instant' });
    }
  }

  protected onBeforeDetach(msg: Message): void {
    super.onBeforeDetach(msg);
    // A frame that is moved in the document loads anew.
    this._shown = '';
  }

  /** Another page of the site was clicked: its address from the root, `citing/index.html`. */
  get left(): ISignal<PageFrame, string> {
    return this._left;
  }

  /** Links lead to places of the page, to other pages by a signal, and else out of JupyterLab. */
  private _clicked(event: Event): void {
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!link) {
      return;
    }
    event.preventDefault();
    const href = link.getAttribute('href') ?? '';
    if (href.startsWith('#')) {
      this._frame.contentDocument?.getElementById(decoded(href.slice(1)))?.scrollIntoView();
    } else if (/^https?:/.test(href)) {
      window.open(href, '_blank', 'noopener');
    } else {
      this._left.emit(decoded(href.replace(/^(\.\.?\/)+/, '').replace(/[?#].*$/, '')));
    }
  }

  private _left = new Signal<PageFrame, string>(this);

  private _frame: HTMLIFrameElement;
  private _shown = '';
}
