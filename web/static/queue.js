// The operators' queue: one key accepts the proposal and the next ticket is
// already there; for a few seconds one key takes it back.
(function () {
  'use strict';
  const { $, $$, free, toast } = window.huiyin;
  const list = $('[data-queue]');
  const box = $('[data-pane]');
  if (!list || !box) return;
  const loaded = new Map(); // id -> promise of the pane's HTML
  const drafts = new Map(); // id -> what was chosen for a ticket that somebody else has moved
  const rows = () => $$('.qrow:not(.gone)', list);
  const current = () => $('.qrow[aria-current=true]', list);
  const form = () => $('form[data-dispatch]', box);

  function load(id) {
    if (!loaded.has(id)) {
      loaded.set(id, fetch('/queue/' + id, { headers: { 'X-Fragment': 'true', Accept: 'text/html' } }).then((r) => {
        if (r.status === 401) { location.href = '/login?back=/queue'; throw new Error('signed out'); }
        if (!r.ok) throw new Error(String(r.status));
        return r.text();
      }));
      loaded.get(id).catch(() => loaded.delete(id));
    }
    return loaded.get(id);
  }

  // Two ahead: who types fast must not wait either.
  function preload() {
    const all = rows();
    const at = all.indexOf(current());
    all.slice(at + 1, at + 3).forEach((r) => load(r.dataset.id).catch(() => {}));
  }

  let wanted = '';
  function show(row, focus) {
    if (!row) return;
    $$('.qrow[aria-current]', list).forEach((r) => r.removeAttribute('aria-current'));
    row.setAttribute('aria-current', 'true');
    row.scrollIntoView({ block: 'nearest' });
    wanted = row.dataset.id;
    load(row.dataset.id).then((html) => {
      if (wanted !== row.dataset.id) return;
      box.innerHTML = html;
      if (window.htmx) window.htmx.process(box);
      history.replaceState(null, '', '/queue?id=' + row.dataset.id);
      if (drafts.has(row.dataset.id)) { change(drafts.get(row.dataset.id)); drafts.delete(row.dataset.id); }
      if (focus) row.focus({ preventScroll: true });
      preload();
    }).catch(() => {
      if (wanted !== row.dataset.id) return;
      toast(navigator.onLine === false ? '网络断了，连上以后再试' : '这件工单现在打不开：连接不上服务，或者已被别人办理', true);
    });
  }

  function reload(row) {
    loaded.delete(row.dataset.id);
    show(row);
  }

  function move(step) {
    const all = rows();
    const at = all.indexOf(current());
    show(all[Math.min(Math.max(at + step, 0), all.length - 1)]);
  }

  const total = $('[data-queue-total]');
  function addTotal(n) { total.textContent = Math.max(0, Number(total.textContent) + n); }

  // A proposal is changed in the form; the reason is asked as soon as it
  // differs from what the service proposed.
  function change(values) {
    const f = form();
    if (!f) return;
    if (values.category !== undefined) { f.elements.category.value = values.category; $('[data-category-name]', box).textContent = values.name; }
    if (values.lead !== undefined) {
      f.elements.lead.value = values.lead; f.elements.unit.value = values.lead;
      $('[data-lead-show]', box).textContent = values.leadName || '请选择承办单位';
      f.action = values.external ? f.dataset.transferTo : f.dataset.dispatchTo;
      $('[data-button]', f).textContent = values.external ? '转外部单位' : '接受并分派';
    }
    if (values.co !== undefined) {
      f.elements.co.value = values.co;
      $('[data-co-show]', box).textContent = values.coNames;
      $('[data-co-row]', box).hidden = !values.co;
    }
    if (values.rule !== undefined) $('[data-rule-show]', box).textContent = values.rule;
    if (values.reason) f.elements.reason.value = values.reason;
    const why = $('[data-why]', f);
    const changed = differs(f);
    why.hidden = !changed && !isExternal(f);
    if (!why.hidden && !f.elements.reason.value && changed) f.elements.reason.focus();
  }
  const isExternal = (f) => f.action === new URL(f.dataset.transferTo, location.href).href;
  const differs = (f) => f.elements.category.value !== f.dataset.verdictCategory || f.elements.lead.value !== f.dataset.verdictLead;

  function draftOf(f) {
    if (!differs(f) && !f.elements.reason.value) return null;
    return {
      category: f.elements.category.value, name: $('[data-category-name]', box).textContent, lead: f.elements.lead.value,
      leadName: $('[data-lead-show]', box).textContent, co: f.elements.co.value, coNames: $('[data-co-show]', box).textContent,
      rule: $('[data-rule-show]', box).textContent, external: isExternal(f), reason: f.elements.reason.value,
    };
  }

  function choose(button) {
    const d = button.dataset;
    $$('[data-candidate]', box).forEach((b) => b.setAttribute('aria-pressed', String(b === button)));
    change({ category: d.category, name: d.name, lead: d.lead, leadName: d.leadName, co: d.co, coNames: d.coNames, rule: d.rule, external: d.external !== undefined });
  }

  // dispatch sends the proposal as it stands in the form.
  function dispatch() {
    const f = form();
    if (!f || $('button[type=submit]', f).disabled) return;
    const why = $('[data-why]', f);
    if (!f.elements.lead.value) { window.huiyin.pickUnit(); return; }
    if (!why.hidden && !f.elements.reason.value.trim()) {
      f.elements.reason.setAttribute('aria-invalid', 'true');
      f.elements.reason.focus();
      toast('改了建议，请用一个词写明为什么', true, 3000);
      return;
    }
    send(f.action, new URLSearchParams(new FormData(f)), (d) => d.lead ? '已派 ' + d.lead : d.state, draftOf(f));
  }

  const post = (url, body, back) => fetch(url, { method: 'POST', body, headers: { 'X-Fragment': 'true', 'X-CSRF-Token': window.huiyin.csrf(), Accept: 'application/json' } }).then((r) => {
    if (r.status === 401) { location.href = '/login?back=' + encodeURIComponent(back || location.pathname + location.search); throw new Error('请先登录'); }
    if (r.status === 204) return {};
    return r.json().then((d) => { if (!r.ok) throw Object.assign(new Error(d.detail || '没有成功'), { code: d.code }); return d; });
  });

  // send takes a step on the shown ticket and goes on to the next one at once;
  // if it fails, the ticket comes back with all that was chosen.
  function send(url, body, told, draft) {
    const row = current();
    if (!row || row.classList.contains('gone')) return;
    const name = $('b', row).textContent;
    const next = nextOf(row);
    row.classList.add('gone');
    loaded.delete(row.dataset.id);
    addTotal(-1);
    if (next) show(next); else { wanted = ''; box.innerHTML = ''; }
    sending = post(url, body, '/queue?id=' + row.dataset.id).then((d) => {
      const li = row.parentElement;
      const after = li.nextElementSibling;
      li.remove();
      remember({ li, after, row, d, text: told(d) + '：' + name });
      preload();
    }).catch((err) => {
      row.classList.remove('gone');
      addTotal(1);
      if (draft) drafts.set(row.dataset.id, draft);
      toast(name + '：' + (err instanceof TypeError ? '连接不上服务，没有派出；连上以后再试' : err.message), true, 12000);
      if (!current() || current().classList.contains('gone') || err.code === 'stale_version') reload(row);
    });
  }

  function nextOf(row) {
    const all = $$('.qrow', list);
    const at = all.indexOf(row);
    return all.slice(at + 1).find((r) => !r.classList.contains('gone')) || rows().find((r) => r !== row);
  }

  // What was done a few seconds ago can be taken back: by a step of its own,
  // which the server allows for as long as it says.
  const bar = $('#undo-bar');
  let done = [];
  let sending = Promise.resolve(); // a key that is faster than the answer waits for it
  let clock = 0;
  function remember(entry) {
    if (!entry.d.undo) { toast(entry.text); finish(); return; }
    entry.until = Date.now() + entry.d.undo.seconds * 1000;
    done.push(entry);
    clearInterval(clock);
    clock = setInterval(tick, 250);
    tick();
  }
  function tick() {
    done = done.filter((e) => e.until > Date.now());
    const last = done[done.length - 1];
    bar.hidden = !last;
    if (!last) { clearInterval(clock); finish(); return; }
    $('[data-undo-text]', bar).textContent = last.text;
    $('[data-undo-left]', bar).textContent = Math.ceil((last.until - Date.now()) / 1000);
  }
  function finish() { if (!rows().length && !done.length) location.href = '/queue'; }
  function takeBack() { sending.then(takeLastBack); }
  function takeLastBack() {
    const last = done.pop();
    if (!last) { toast('没有可以撤销的：超过时间的请在工单里更正', false, 3000); return; }
    tick();
    const body = new URLSearchParams({ version: last.d.version, request: last.d.undo.request, reason: '分派后立即撤销' });
    post('/tickets/' + last.d.id + '/steps/' + last.d.undo.step, body).then(() => {
      list.insertBefore(last.li, last.after && last.after.parentElement === list ? last.after : null);
      last.row.classList.remove('gone');
      addTotal(1);
      toast('已撤销：' + $('b', last.row).textContent);
      reload(last.row);
    }).catch((err) => toast('没有撤销：' + err.message, true));
  }

  window.huiyin.queue = { list, box, form, current, rows, show, reload, post, send, change };

  list.addEventListener('click', (e) => {
    const row = e.target.closest('.qrow');
    if (!row || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    show(row);
  });
  box.addEventListener('click', (e) => {
    const candidate = e.target.closest('[data-candidate]');
    if (candidate) choose(candidate);
  });
  box.addEventListener('submit', (e) => {
    if (!e.target.matches('[data-dispatch]')) return;
    e.preventDefault();
    dispatch();
  });
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Escape' && e.target.name === 'reason') { e.target.blur(); if (current()) reload(current()); }
  });
  $('[data-undo]', bar).addEventListener('click', takeBack);

  document.addEventListener('keydown', (e) => {
    if (!free(e)) return;
    const on = e.target.closest('button, a, summary');
    if (/^[1-5]$/.test(e.key)) {
      const b = $('[data-candidate][data-key="' + e.key + '"]', box);
      if (b) { e.preventDefault(); choose(b); }
      return;
    }
    switch (e.key) {
      case 'Enter': if (e.repeat || on && !on.matches('.qrow')) return; e.preventDefault(); dispatch(); break;
      case 'j': case 'ArrowDown': case 's': e.preventDefault(); move(1); break;
      case 'k': case 'ArrowUp': e.preventDefault(); move(-1); break;
      case 'z': case 'Z': e.preventDefault(); takeBack(); break;
      case 'o': { const a = $('[data-open]', box); if (a) { e.preventDefault(); a.click(); } break; }
      case 'Escape': if (current() && form() && (differs(form()) || form().elements.reason.value)) reload(current()); break;
      case 'r': e.preventDefault(); location.href = '/queue'; break;
      default:
    }
  });

  let news = 0;
  document.addEventListener('huiyin:counts', (e) => {
    const n = e.detail.received;
    if (n === undefined) return;
    // What was sent a moment ago may not be counted yet: wait before saying so.
    clearTimeout(news);
    news = setTimeout(() => {
      const fresh = n - Number(total.textContent);
      $('#queue-news').textContent = fresh > 0 ? '新到 ' + fresh + ' 件，按 r 刷新' : '';
    }, 2500);
    if (!rows().length && !done.length && n > 0) location.href = '/queue';
  });

  // The back button may bring the page as it was left: what waits has changed.
  window.addEventListener('pageshow', (e) => { if (e.persisted) location.reload(); });

  preload();
})();
