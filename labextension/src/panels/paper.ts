import { Widget } from '@lumino/widgets';

/** The pages of a paper, one below another; they change in place, so that the reader stays put. */
export class Paper extends Widget {
  constructor() {
    super();
    this.addClass('octavo-paper');
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'The pages of the paper');
  }

  dispose(): void {
    this.display([]);
    super.dispose();
  }

  /** Show pages, each an SVG. As pictures they run nothing and ask for nothing. */
  display(pages: readonly string[]): void {
    while (this._shown.length > pages.length) {
      const last = this._shown.pop();
      URL.revokeObjectURL(last?.image.src ?? '');
      last?.image.remove();
    }
    pages.forEach((svg, number) => {
      const known = this._shown[number];
      if (known) {
        known.image.alt = `Page ${number + 1} of ${pages.length}`;
      }
      if (known?.svg === svg) {
        return;
      }
      const image = known?.image ?? this.node.appendChild(document.createElement('img'));
      URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      image.alt = `Page ${number + 1} of ${pages.length}`;
      const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
      image.style.aspectRatio = width && height ? `${width} / ${height}` : '';
      this._shown[number] = { svg, image };
    });
  }

  /** Scroll so that a share of the text (0 to 1) is in view. */
  reveal(share: number): void {
    const { scrollHeight, clientHeight, scrollTop } = this.node;
    const place = share * scrollHeight;
    if (place < scrollTop || place > scrollTop + clientHeight) {
      this.node.scrollTo({ top: place - clientHeight / 3 });
    }
  }

  private _shown: { svg: string; image: HTMLImageElement }[] = [];
}
