// Behaviour shared by all pages: no framework, one file, nothing inline.
(function () {
  'use strict';
  const $ = (sel, root) => (root || document).querySelector(sel);
  const $$ = (sel, root) => Array.from((root || document).querySelectorAll(sel));
  const csrf = () => { const m = $('meta[name=csrf]'); return m ? m.content : ''; };

  // A key press belongs to the page only when nobody is writing, and no input
  // method is composing a Chinese word.
  function free(e) {
    if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented) return false;
    return !e.target.closest('input, select, textarea, dialog[open], [contenteditable]');
  }

  function toast(text, bad, ms) {
    const box = $('#toasts');
    if (!box) return;
    const el = document.createElement('div');
    el.className = 'toast' + (bad ? ' red' : '');
    el.setAttribute('role', bad ? 'alert' : 'status');
    el.dataset.test = 'toast';
    el.textContent = text;
    box.appendChild(el);
    setTimeout(() => el.remove(), ms || (bad ? 8000 : 4000));
  }

  window.huiyin = { $, $$, csrf, free, toast };

  document.addEventListener('htmx:configRequest', (e) => { e.detail.headers['X-CSRF-Token'] = csrf(); });
  document.addEventListener('htmx:sendError', () => toast('连接不上服务，请检查网络后再试', true));
  document.addEventListener('htmx:afterSwap', (e) => {
    if (e.detail.target && e.detail.target.id === 'toasts') {
      const last = e.detail.target.lastElementChild;
      if (last) setTimeout(() => last.remove(), 8000);
    }
    enliven(e.detail.target || document);
  });

  // What is typed into a step's form stays in this tab until it is sent, so an
  // expired session or a lost connection costs nothing.
  const draftKey = (form) => 'draft:' + document.body.dataset.viewer + ':' + form.dataset.draft;
  function restore(form) {
    let saved;
    try { saved = JSON.parse(sessionStorage.getItem(draftKey(form)) || 'null'); } catch (_) { saved = null; }
    if (!saved) return;
    let used = false;
    $$('textarea, input[type=text]', form).forEach((el) => {
      if (saved[el.name] && !el.value) { el.value = saved[el.name]; used = true; }
    });
    const box = form.closest('details');
    if (used && box) box.open = true;
  }
  function keep(form) {
    const saved = {};
    $$('textarea, input[type=text]', form).forEach((el) => { if (el.value) saved[el.name] = el.value; });
    try { sessionStorage.setItem(draftKey(form), JSON.stringify(saved)); } catch (_) { /* full: nothing is lost but the convenience */ }
  }
  document.addEventListener('input', (e) => {
    const form = e.target.closest('form[data-draft]');
    if (form) keep(form);
  });
  const done = new URLSearchParams(location.search);
  if (done.get('done') && done.get('no')) {
    try { sessionStorage.removeItem('draft:' + document.body.dataset.viewer + ':' + done.get('no') + ':' + done.get('done')); } catch (_) { /* no storage */ }
    done.delete('done'); done.delete('no');
    const rest = done.toString();
    history.replaceState(null, '', location.pathname + (rest ? '?' + rest : '') + location.hash);
  }

  // A form is sent once; the server would notice a second time, but so does the person.
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (!form.matches('[data-once]')) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    const empty = $$('[required]', form).find((el) => !el.value.trim());
    if (empty) {
      e.preventDefault();
      empty.setAttribute('aria-invalid', 'true');
      empty.focus();
      toast('还有必填的内容没有填', true, 4000);
      return;
    }
    form.dataset.sent = '1';
    $$('button[type=submit]', form).forEach((b) => b.setAttribute('aria-disabled', 'true'));
  });
  window.addEventListener('pageshow', () => $$('form[data-sent]').forEach((f) => {
    delete f.dataset.sent;
    $$('button', f).forEach((b) => b.removeAttribute('aria-disabled'));
  }));

  document.addEventListener('click', (e) => {
    const t = e.target.closest('[data-back], [data-close], [data-fill-login], [data-pick], [data-keys-help], [data-print], [data-copy]');
    if (!t) return;
    if (t.matches('[data-back]')) history.back();
    if (t.matches('[data-close]')) t.closest('dialog').close();
    if (t.matches('[data-print]')) window.print();
    if (t.matches('[data-fill-login]')) { $('#login').value = t.dataset.fillLogin; $('#password').focus(); }
    if (t.matches('[data-keys-help]')) $('#keys-help').showModal();
    if (t.matches('[data-copy]')) navigator.clipboard.writeText(t.dataset.copy).then(() => toast('已复制'));
    if (t.matches('[data-pick]')) {
      const field = document.getElementById(t.dataset.pick);
      const [text, joint] = t.dataset.text ? [t.dataset.text, '\n'] : [t.textContent.trim(), '；'];
      field.value = field.value.trim() ? field.value.trim() + joint + text : text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.focus();
    }
  });

  document.addEventListener('change', (e) => {
    if (e.target.matches('[data-check-all]')) {
      $$('input[type=checkbox][name]', e.target.closest('table')).forEach((c) => { c.checked = e.target.checked; });
      countChecked();
    } else if (e.target.matches('table input[type=checkbox]')) countChecked();
    if (e.target.matches('[data-auto-submit]')) e.target.form.requestSubmit();
  });
  function countChecked() {
    const button = $('[data-bulk]');
    if (!button) return;
    const n = $$('table input[type=checkbox][name]:checked').length;
    button.disabled = n === 0;
    $('[data-bulk-count]', button).textContent = n ? ' ' + n + ' 件' : '';
  }

  document.addEventListener('keydown', (e) => {
    if (!free(e)) return;
    if (e.key === '?' && $('#keys-help')) { e.preventDefault(); $('#keys-help').showModal(); }
    if (e.key === '/' && !$('[data-queue]') && $('#find')) { e.preventDefault(); $('#find').focus(); }
  });

  function openByHash() {
    const id = decodeURIComponent(location.hash.slice(1));
    const box = id && document.getElementById('step-' + id);
    if (!box) return;
    $$('.steps details[open]').forEach((d) => { d.open = false; });
    box.open = true;
    box.scrollIntoView({ block: 'start' });
    const first = $('textarea, select, input:not([type=hidden])', box);
    if (first) first.focus({ preventScroll: true });
  }
  window.addEventListener('hashchange', openByHash);

  function enliven(root) {
    $$('form[data-draft]', root).forEach(restore);
  }
  document.addEventListener('DOMContentLoaded', () => { enliven(document); openByHash(); countChecked(); });

  // Live figures: one stream for all tabs of this browser, through a shared
  // worker, because a browser opens only six connections to a host.
  function show(counts) {
    $$('[data-count]').forEach((el) => {
      const n = counts[el.dataset.count];
      el.textContent = n > 0 ? (n > 999 ? '999+' : n) : '';
    });
    document.dispatchEvent(new CustomEvent('huiyin:counts', { detail: counts }));
  }
  const source = document.body.dataset.worker;
  if (source) {
    const url = document.body.dataset.worker;
    if (window.SharedWorker) {
      const worker = new SharedWorker(url, 'huiyin-' + document.body.dataset.viewer);
      worker.port.onmessage = (e) => show(e.data);
      worker.port.start();
      window.addEventListener('pagehide', () => worker.port.postMessage('bye'));
    } else if (window.EventSource) {
      const events = new EventSource('/events');
      events.addEventListener('counts', (e) => show(JSON.parse(e.data)));
    }
  }
})();
