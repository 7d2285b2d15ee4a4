// Templates of replies: they fill fields that are empty, and what stands in 【】
// has to be replaced before the form goes.
(function () {
  'use strict';
  const { $, $$, toast } = window.huiyin;
  const gap = /【[^【】]{1,30}】/;
  const mark = (el) => {
    const m = gap.exec(el.value);
    if (!m) return false;
    el.focus();
    el.setSelectionRange(m.index, m.index + m[0].length);
    return true;
  };

  document.addEventListener('change', (e) => {
    if (!e.target.matches('[data-templates]') || !e.target.value) return;
    const texts = JSON.parse(e.target.selectedOptions[0].dataset.texts), form = e.target.form;
    let first = null, full = 0;
    Object.keys(texts).forEach((name) => {
      const el = form.elements[name];
      if (!el) return;
      if (el.value.trim()) { full += 1; return; }
      el.value = texts[name];
      el.dispatchEvent(new Event('input', { bubbles: true }));
      if (!first || el.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING) first = el;
    });
    e.target.value = '';
    toast(full ? '已填入空着的栏，写过的 ' + full + ' 栏没有动' : '已填入范本，请把【】里的换成实际情况', false, 4000);
    if (first) mark(first);
  });
  document.addEventListener('submit', (e) => {
    if (!$('[data-templates]', e.target)) return;
    const left = $$('textarea', e.target).find((el) => gap.test(el.value));
    if (!left) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    mark(left);
    toast('范本里还有【】没有换成实际情况', true, 5000);
  }, true);
})();
