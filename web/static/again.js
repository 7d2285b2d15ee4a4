// Tickets that may be the same matter: two texts side by side on every page;
// in the queue one key merges, one dismisses, one compares.
(function () {
  'use strict';
  const { $, $$, free, toast } = window.huiyin;
  const queue = window.huiyin.queue;

  const dialog = document.createElement('dialog');
  dialog.className = 'wide';
  dialog.setAttribute('aria-label', '两件对照');
  dialog.innerHTML = '<header><h2>两件对照</h2><button class="btn plain" type="button" data-close>关闭</button></header><div class="body"></div>';
  document.body.appendChild(dialog);

  function beside(address) {
    fetch(address, { headers: { 'X-Fragment': 'true', Accept: 'text/html' } }).then((r) => {
      if (!r.ok) throw new Error();
      return r.text();
    }).then((html) => {
      $('.body', dialog).innerHTML = html;
      dialog.showModal();
    }).catch(() => toast('这件工单现在看不了', true));
  }
  function point(t) {
    $$('[data-twin]', t.parentElement).forEach((other) => other.removeAttribute('aria-current'));
    t.setAttribute('aria-current', 'true');
  }
  document.addEventListener('click', (e) => {
    const b = e.target.closest('[data-beside]');
    if (b) beside(b.dataset.beside);
    const t = e.target.closest('[data-twin]');
    if (!t) return;
    point(t);
  });
  if (!queue) return;

  const twin = () => $('[data-twin][aria-current=true]', queue.box);
  function next(gone) {
    const box = gone.closest('[data-twins]');
    gone.remove();
    const first = $('[data-twin]', box);
    if (first) first.setAttribute('aria-current', 'true'); else box.remove();
  }
  function merge(t) {
    const f = $('[data-merge]', t);
    if (!f) { toast('这一件不能并入，可按 v 对照，或按 x 去掉', true, 4000); return; }
    const body = new URLSearchParams(new FormData(f.form));
    queue.send(f.form.getAttribute('action'), body, () => '已并入 ' + t.dataset.primary);
  }
  function apart(t) {
    const f = $('[data-apart]', t).form;
    next(t);
    queue.post(f.getAttribute('action'), new URLSearchParams(new FormData(f)))
      .then(() => toast('记下了：不是同一件，以后不再提示', false, 2500))
      .catch((err) => toast('没有记下：' + err.message, true));
  }
  queue.box.addEventListener('submit', (e) => {
    const button = $('[data-merge], [data-apart]', e.target);
    if (!button) return;
    e.preventDefault();
    const t = e.target.closest('[data-twin]');
    if (button.matches('[data-merge]')) merge(t); else apart(t);
  }, true);
  document.addEventListener('keydown', (e) => {
    if (!free(e) || e.repeat) return;
    const t = twin();
    if (!t) return;
    if (e.key === 'm') { e.preventDefault(); merge(t); }
    if (e.key === 'x') { e.preventDefault(); apart(t); }
    if (e.key === 'n') { e.preventDefault(); const all = $$('[data-twin]', queue.box); point(all[(all.indexOf(t) + 1) % all.length]); }
    if (e.key === 'v') { e.preventDefault(); $('[data-beside]', t).click(); }
  });
})();
